package workdir

import "credwiz/client"

// DotenvFile is where apps look for their settings.
const DotenvFile = ".env"

// Place is an API and the folder for its results.
type Place struct {
	API     *client.Client
	Folder  *Dir
	Sandbox bool
}

// GitignoreFile lists what git ignores.
const GitignoreFile = ".gitignore"

// JournalFile records what was made from this folder. It has no secrets.
const JournalFile = ".credwiz.json"

// MaxJournal limits the journal: ten thousand users take about 4 MB.
const MaxJournal = 16 << 20

// UsersFolder is the default folder for the files of a roster.
const UsersFolder = "users"

// File is a written file: its name in the folder, its path for the user, and its purpose.
type File struct{ Name, Path, Purpose string }

// TokenFile gets the token if no clipboard took it.
const TokenFile = "token.txt"

// The configuration files of Vonage's own tools.
const (
	NexmorcFile  = ".nexmorc"   // nexmo-cli: the account
	NexmoAppFile = ".nexmo-app" // nexmo-cli: the application
	VonagercFile = ".vonagerc"  // vonage: both
)
