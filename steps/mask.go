package steps

// Shown is a value that presenters hide: its last four characters tell it from others.
func (e Env) Shown(value string) string {
	if !e.Mask {
		return value
	}
	const visible = 4
	return hiddenPart + value[len(value)-min(visible, len(value)/2):]
}

// hiddenPart has the same length whatever it hides.
const hiddenPart = "••••••••"
