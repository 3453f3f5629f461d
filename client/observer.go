package client

// and is an observer that tells both.
func (o Observer) and(p Observer) Observer {
	return Observer{
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
}
