package tty

// RepairedNotice is for the restored screen.
const RepairedNotice = "The terminal showed nothing of what is typed: a program that was killed had left it so. It was put in order.\n" +
	"If it still looks wrong, type reset and press enter.\n"
