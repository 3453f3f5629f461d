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

// ConvertAdvice says how to convert an unusable key; empty if there is no way.
func ConvertAdvice(err *KeyError) string {
	command := ConvertCommand(err.Path, jwt.FormPEM, err)
	if command == "" {
		return ""
	}
	return "Convert a copy and use it with --key-file: " + redact.Printable(command) + "."
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
		w.Warn("check the key's format", "it's "+string(form)+", which your app's libraries can't read. To convert it to PEM: "+
			redact.Printable(ConvertCommand(path, form, nil)))
	}
}

// Advice says what to do.
func (e *KeyError) Advice() advice.Advice {
	if owner, ok := errors.AsType[*OwnerError](e.Err); ok {
		return owner.Advice()
	}
	path := redact.Printable(e.Path)
	a := advice.Advice{Kind: advice.Other, Field: answer.KeyFile, Retry: true}
	var system syscall.Errno
	a.Do = "Choose another key with --key-file, or leave out --reuse-key and --app-id to create a new one."
	a.Asked = "Choose another file, or create a new key."
	if convert := ConvertAdvice(e); convert != "" {
		a.Do, a.Asked = convert, ""
	}
	switch {
	case errors.Is(e, fs.ErrNotExist):
		a.What = "Can't find " + path + "."
		a.Do = "Copy the key there, or choose another file with --key-file. If the key is lost, replace it with --renew-key."
		a.Asked = "Copy the key there, or choose another file. If the key is lost, replace it."
	case errors.Is(e, fs.ErrPermission):
		a.What = "You don't have permission to read " + path + "."
	case errors.Is(e, ErrNotRegular):
		a.What = path + " is a folder, a link or a device, not a key file."
	case errors.Is(e, jwt.ErrEncryptedKey):
		a.What = path + " is encrypted with a passphrase, which Vonage's tools can't read."
		a.Do += " Or let credwiz create a new key."
	case errors.Is(e, jwt.ErrOpenSSHKey):
		a.What = path + " is in OpenSSH format, which Vonage's tools can't read."
	case errors.Is(e, jwt.ErrPuTTYKey):
		a.What = path + " is in PuTTY format, which Vonage's tools can't read."
	case errors.Is(e, jwt.ErrSeveralKeys):
		a.What = path + " contains several private keys."
		a.Do, a.Asked = "Copy the right one to its own file and use that with --key-file.", "Copy the right one to its own file and choose that."
	case errors.Is(e, jwt.ErrPublicKey):
		a.What = path + " is a public key. Tokens are signed with the private key."
	case errors.Is(e, jwt.ErrNotRSA):
		a.What = path + " isn't an RSA key, which Vonage requires."
	case errors.Is(e, jwt.ErrShortKey):
		a.What = fmt.Sprintf("%s is shorter than %d bits, which isn't secure.", path, jwt.KeyBits)
	case errors.Is(e, jwt.ErrNotPEM):
		a.What = path + " isn't a private key in PEM format."
	case errors.Is(e, jwt.ErrBrokenKey):
		a.What = path + " is damaged."
	case errors.As(e, &system):
		a.What = fmt.Sprintf("Couldn't read %s: %s.", path, redact.Printable(e.Err.Error()))
		a.Do = "Try again, or choose another folder with --dir."
	default:
		a.What = redact.Printable(e.Error()) + "."
	}
	return a
}
