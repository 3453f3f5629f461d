package tty

// RepairedNotice is for the restored screen.
const RepairedNotice = "Your terminal wasn't showing what you type, because a killed program left it that way. It's fixed now.\n" +
	"If it still looks wrong, type reset and press enter.\n"
