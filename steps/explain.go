package steps

// Topic explains one thing to a newcomer.
type Topic struct {
	Name string
	What string // what it is
	Used string // where it is used, and what to mind
}

// topicsOf returns the topics of a step, in the order in which a newcomer meets them.
func topicsOf(step string) []Topic {
	return map[string][]Topic{
		ConnectStep: {
			{"API key", "Identifies your Vonage account: 8 letters and digits, at the top of dashboard.vonage.com.",
				"Sent with every call that manages applications. It isn't secret by itself."},
			{"API secret", "Your account's password for programs. Anyone who has it can spend your money.",
				"Sent with the key, over TLS. Only a sandbox on this computer gets it without TLS. credwiz keeps it in memory and never saves it unless you ask with --write."},
			{"Practice sandbox", "The same API, built into credwiz. Nothing in it is real, and it needs no account or network.",
				"Everything works the same way with your real account."},
		},
		ApplicationStep: {
			{"Application", "A container in your account for users, conversations, and calls. The name is only for you.",
				"Its ID goes into every token and into your app's settings."},
			{"Key pair", "Created on your computer. The private key signs tokens and never leaves it; Vonage checks them with the public key.",
				"Anyone who has private.key can log in as any user of the application. A lost key can't be recovered, only replaced."},
			{"Capability", "What an application can do. The Client SDK needs rtc: in-app voice and messaging.",
				"Its event URL receives call and conversation events. A placeholder is fine to start with."},
		},
		UserStep: {
			{"User", "A person or device that logs in to your app. The name must be unique in the application.",
				"The token's sub claim is this name, not the ID that starts with USR-."},
			{"Display name", "What other people see in a call or conversation instead of the name.",
				"Optional. You can change it at any time."},
		},
		TokenStep: {
			{"JWT", "A signed statement: this is alice, in this application, until this time. The Client SDK logs in with it.",
				"In production, your server signs one for each user of your app. It works for at most 24 hours."},
			{"ACL", "The API paths that the token can access. Without the right ones, the login fails with a permission error.",
				"client-sdk is what the Client SDKs need. Paths from the old tutorial name API versions and may not work."},
			{"Expiry", "When the token stops working. A stolen token does less harm if it expires soon.",
				"Vonage limits every token to 24 hours from when it was issued."},
		},
	}[step]
}
