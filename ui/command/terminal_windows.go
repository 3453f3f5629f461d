package command

import "os"

// hideTyping has nothing to do: what is typed before a console is read is shown only then.
func hideTyping(*os.File) (show func()) { return func() {} }
