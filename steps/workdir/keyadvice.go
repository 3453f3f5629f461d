package workdir

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"

	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/task"
	"credwiz/steps/words"
)

// ConvertAdvice says how to convert a key that cannot be used as it is; empty if there is no way.
func ConvertAdvice(err *KeyError) string {
	command := ConvertCommand(err.Path, jwt.FormPEM, err)
	if command == "" {
		return ""
	}
	return "Convert a copy, and give that with --key-file: " + redact.Printable(command) + "."
}

// ConvertCommand returns the command that writes a key as PEM into another file; empty if there is none.
func ConvertCommand(path string, form jwt.KeyForm, err error) string {
	from, to := words.InShell(path), words.InShell(pemBeside(path))
	fromDER := "openssl pkey -inform DER -out " + to
	switch {
	case errors.Is(err, jwt.ErrOpenSSHKey):
		// ssh-keygen converts in place.
		return "cp " + from + " " + to + " && ssh-keygen -p -N '' -m PKCS8 -f " + to
	case errors.Is(err, jwt.ErrPuTTYKey):
		return "puttygen " + from + " -O private-openssh -o " + to
	case errors.Is(err, jwt.ErrEncryptedKey):
		return "openssl pkey -in " + from + " -out " + to
	}
	switch form {
	case jwt.FormDER:
		return fromDER + " -in " + from
	case jwt.FormUTF16:
		return "(umask 077; LC_ALL=C tr -cd '\\n -~' < " + from + " > " + to + ")"
	case jwt.FormBase64:
		return "(umask 077; base64 -d < " + from + " > " + to + ")"
	case jwt.FormBare:
		return "base64 -d < " + from + " | " + fromDER
	case jwt.FormText:
		return `sed 's/\\[rn]//g; s/.*-----BEGIN[A-Z ]*-----//; s/-----END.*//; s#[^A-Za-z0-9+/=]##g' ` + from + " | base64 -d | " + fromDER
	case jwt.FormPEM:
	}
	return ""
}

func pemBeside(path string) string {
	ext := filepath.Ext(path)
	if stem := strings.TrimSuffix(path, ext); ext != ".pem" {
		return stem + ".pem"
	}
	return strings.TrimSuffix(path, ext) + "-2.pem"
}

// copiesOf returns the names of the PEM copies that the advice about these key files leads to.
func (d *Dir) copiesOf(names []string) []string {
	var copies []string
	for _, name := range names {
		content, err := d.Read(name)
		if err != nil {
			continue
		}
		form := jwt.FormPEM
		key, err := jwt.ParseKey(content)
		if err == nil {
			form = key.Form()
		}
		if ConvertCommand(name, form, err) != "" {
			copies = append(copies, pemBeside(name))
		}
	}
	return copies
}

func warnOfForm(key *jwt.Key, path string, w task.Runner) {
	if form := key.Form(); form != jwt.FormPEM {
		w.Warn("look at the key's form", "it is "+string(form)+", which the app's own libraries do not read. As PEM: "+
			redact.Printable(ConvertCommand(path, form, nil)))
	}
}

// Advice says what to do.
func (e *KeyError) Advice() advice.Advice {
	var owner *OwnerError
	if errors.As(e.Err, &owner) {
		return owner.Advice()
	}
	path := redact.Printable(e.Path)
	a := advice.Advice{Kind: advice.Other, Field: answer.KeyFile, Retry: true}
	var system syscall.Errno
	a.Do = "Give another key with --key-file. Without --reuse-key and --app-id, credwiz makes a new one."
	switch {
	case errors.Is(e, fs.ErrNotExist):
		a.What = "There is no " + path + "."
		a.Do = "Copy the key there, or name another file with --key-file. Of an application whose key is lost, --renew-key makes a new one."
	case errors.Is(e, fs.ErrPermission):
		a.What = "You have no permission to read " + path + "."
	case errors.Is(e, ErrNotRegular):
		a.What = path + " is a folder, a link or a device, and not a key file."
	case errors.Is(e, jwt.ErrEncryptedKey):
		a.What = path + " is encrypted with a passphrase, which Vonage's tools cannot use."
		a.Do = ConvertAdvice(e) + " Or let credwiz make a new key."
	case errors.Is(e, jwt.ErrOpenSSHKey):
		a.What = path + " is in the format of OpenSSH, which Vonage's tools do not read."
		a.Do = ConvertAdvice(e)
	case errors.Is(e, jwt.ErrPuTTYKey):
		a.What = path + " is in the format of PuTTY, which Vonage's tools do not read."
		a.Do = ConvertAdvice(e)
	case errors.Is(e, jwt.ErrSeveralKeys):
		a.What = path + " has several private keys, and one is needed."
		a.Do = "Put the right one into a file of its own, and give that with --key-file."
	case errors.Is(e, jwt.ErrPublicKey):
		a.What = path + " is a public key, and tokens are signed with the private one."
	case errors.Is(e, jwt.ErrNotRSA):
		a.What = path + " is not an RSA key, and the platform takes no other."
	case errors.Is(e, jwt.ErrShortKey):
		a.What = fmt.Sprintf("%s has fewer than %d bits, which is too short to be safe.", path, jwt.KeyBits)
	case errors.Is(e, jwt.ErrNotPEM):
		a.What = path + " is not a private key in PEM."
	case errors.Is(e, jwt.ErrBrokenKey):
		a.What = path + " is damaged."
	case errors.As(e, &system):
		a.What = fmt.Sprintf("%s could not be read: %s.", path, redact.Printable(e.Err.Error()))
		a.Do = "Try again. If it stays so, start credwiz with another folder: --dir."
	default:
		a.What = redact.Printable(e.Error()) + "."
	}
	return a
}
