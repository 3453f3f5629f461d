package steps

// tokenFile is where the token goes when no clipboard is sure to have taken it.
const tokenFile = "token.txt"

// KeepToken writes the session's token, and nothing else, into a file of its folder, and returns the session with that
// file and the file's path. In a git work tree the file is ignored first.
func KeepToken(s Session) (Session, string, error) {
	folder := s.Place.Folder
	if folder.inGitWorkTree() {
		if _, err := folder.ignore(tokenFile); err != nil {
			return s, "", err
		}
	}
	if err := folder.Replace(tokenFile, []byte(s.Token.JWT.Reveal()+"\n"), secretMode); err != nil {
		return s, "", err
	}
	return s.withFile(tokenFile, "the token alone, to copy it from"), folder.Path(tokenFile), nil
}
