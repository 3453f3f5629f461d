package client

// and is an observer that tells both.
func (o Observer) and(p Observer) Observer {
	both := Observer{
		Started: func(method, path string) {
			for _, tell := range []func(string, string){o.Started, p.Started} {
				if tell != nil {
					tell(method, path)
				}
			}
		},
		Finished: func(x Exchange) {
			for _, tell := range []func(Exchange){o.Finished, p.Finished} {
				if tell != nil {
					tell(x)
				}
			}
		},
	}
	switch {
	case o.Wire == nil:
		both.Wire = p.Wire
	case p.Wire == nil:
		both.Wire = o.Wire
	default:
		both.Wire = func(w Wire) { o.Wire(w); p.Wire(w) }
	}
	return both
}
