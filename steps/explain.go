package steps

// Topic explains one thing to a newcomer.
type Topic struct {
	Name string
	What string // what it is
	Used string // where it is used, and what to mind
}

// The topics, in the order in which a newcomer meets them.
func connectTopics() []Topic {
	return []Topic{
		{"API key", "Names your Vonage account. Eight letters and digits, on the first page of dashboard.vonage.com.",
			"Sent with each call that manages applications. It is no secret by itself."},
		{"API secret", "The account's password for programs: whoever has it can spend the account's money.",
			"Sent beside the key, over TLS only. credwiz keeps it in memory and writes it to no file, unless you ask for one with --write."},
		{"Practice sandbox", "The same API, built into credwiz: nothing in it is real, and it needs no account and no network.",
			"Everything you do there works the same way with your account."},
	}
}

func applicationTopics() []Topic {
	return []Topic{
		{"Application", "A container in your account: users, conversations and calls belong to one. Its name is for you.",
			"Its id goes into every token, and into your app's settings."},
		{"Key pair", "Two halves made here. The private one signs tokens and stays in your file; Vonage gets the public one to check them.",
			"Whoever has private.key can log in as any user of the application. Lost, it cannot be had again."},
		{"Capability", "What an application may do. The Client SDK needs rtc: in-app voice and messages.",
			"Its event URL is told what happens in calls and conversations. A placeholder will do to begin with."},
	}
}

func userTopics() []Topic {
	return []Topic{
		{"User", "Who logs in: one person or device of your app. The name is unique in the application.",
			"The token's claim sub is this name, not the id that begins with USR-."},
		{"Display name", "What other people in a call or conversation see instead of the name.",
			"Optional, and can be changed at any time."},
	}
}

func tokenTopics() []Topic {
	return []Topic{
		{"JWT", "A signed note that says: this is alice, of this application, until then. The Client SDK shows it to log in.",
			"Your server signs one for each user who has logged in to your app; the platform takes it for 24 hours at most."},
		{"ACL", "Which of the platform's paths the token may use. Without the right ones the login ends in a permission error.",
			"client-sdk is what the Client SDKs use. The old tutorial's paths name API versions and are refused today."},
		{"Expiry", "When the token ends. A shorter life does less harm if it is stolen.",
			"The platform counts 24 hours from when it was issued, whatever the token says."},
	}
}
