package workdir

import "credwiz/client"

// DotenvFile is where apps look for their settings.
const DotenvFile = ".env"

// Place is an API, and the folder for what it gives.
type Place struct {
	API     *client.Client
	Folder  *Dir
	Sandbox bool
}

// GitignoreFile says what git ignores in its folder.
const GitignoreFile = ".gitignore"

// JournalFile says what was made from this folder, so that a later run can go on, renew a token, or clean up. There is
// no secret in it.
const JournalFile = ".credwiz.json"

// MaxJournal bounds what is read of a journal, and so what is written: ten thousand users take some 4 MB, and reading takes
// several times as much memory.
const MaxJournal = 16 << 20

// UsersFolder is where the files of a roster go unless somebody says otherwise.
const UsersFolder = "users"

// File is a file that was written: its name in the folder, its path as the user can reach it, and what it is for.
type File struct{ Name, Path, Purpose string }

// TokenFile is where the token goes when no clipboard is sure to have taken it.
const TokenFile = "token.txt"

// The configuration files of Vonage's own tools.
const (
	NexmorcFile  = ".nexmorc"   // nexmo-cli: the account
	NexmoAppFile = ".nexmo-app" // nexmo-cli: the application
	VonagercFile = ".vonagerc"  // vonage: both
)
