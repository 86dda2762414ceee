package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/alecthomas/kong"
)

const (
	// fileSuffix ends the name of the variable that names the file of a secret.
	fileSuffix = "_FILE"
	// secretMax bounds what is read of a file, in bytes.
	secretMax = 64 << 10
)

// secretsOf are the settings that may hold a secret.
func secretsOf(of *kong.Application) (flags []*kong.Flag) {
	for _, flag := range of.Flags {
		if flag.Tag.Has("secret") {
			flags = append(flags, flag)
		}
	}
	return flags
}

// explainFiles makes the help name the variables of files.
func explainFiles(secrets []*kong.Flag) {
	for _, flag := range secrets {
		flag.Help = strings.TrimSuffix(flag.Help, ".") + "; $" + flag.Envs[0] + fileSuffix +
			" names a file with it."
	}
}

// refuseFiles refuses variables that look like those of files, of settings that no file can hold:
// whoever made them believes that they have an effect.
func refuseFiles(variables map[string]*kong.Flag) error {
	for name, flag := range variables {
		file := name + fileSuffix
		if !flag.Tag.Has("secret") && strings.TrimSpace(os.Getenv(file)) != "" {
			return fmt.Errorf("%s has no effect, as %s is no secret: set that one", file, name)
		}
	}
	return nil
}

// overriding are the variables of .env that have no effect: a secret of the environment overrides
// that of .env, whichever of the two comes from a file.
func overriding(secrets []*kong.Flag) (names map[string]bool, err error) {
	names = map[string]bool{}
	for _, flag := range secrets {
		value := flag.Envs[0]
		file := value + fileSuffix
		if strings.TrimSpace(os.Getenv(file)) == "" {
			err = errors.Join(err, os.Unsetenv(file)) // .env may set it.
		}
		_, names[file] = os.LookupEnv(value)
		_, names[value] = os.LookupEnv(file)
	}
	return names, err
}

// readSecrets reads the files that variables name into settings. A flag overrides a file, as it
// does a variable.
func readSecrets(of *kong.Application) error {
	for _, flag := range secretsOf(of) {
		variable := flag.Envs[0] + fileSuffix
		name, err := visible(os.Getenv(variable))
		_, isSet := os.LookupEnv(flag.Envs[0])
		switch {
		case err == nil && (name == "" || !isSet && !flag.Target.IsZero()):
			continue
		case isSet:
			return fmt.Errorf("both %s and %s are set; unset one of them", flag.Envs[0], variable)
		}
		var text string
		if err == nil {
			text, err = readSecret(name)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", variable, err)
		}
		flag.Target.SetString(text)
	}
	return nil
}

// readSecret reads the secret in a file. Its errors name the file and repeat nothing of it.
func readSecret(name string) (string, error) {
	if strings.Contains(name, "://") {
		return "", errors.New("it is to name a file, and holds a URI itself")
	}
	text, err := readBounded(name)
	if err != nil {
		return "", fmt.Errorf("the file %s cannot be read: %w", name, err)
	}
	secret, err := visible(string(text))
	switch {
	case err != nil:
		return "", fmt.Errorf("in the file %s: %w", name, err)
	case secret == "":
		return "", fmt.Errorf("the file %s is empty", name)
	}
	return secret, nil
}

// readBounded reads a regular file, or one that links lead to. Others might block for ever.
func readBounded(name string) ([]byte, error) {
	about, err := os.Stat(name) //nolint:gosec // Whoever starts the program names the file.
	if err == nil && !about.Mode().IsRegular() {
		return nil, errors.New("it is no regular file")
	}
	var file *os.File
	if err == nil {
		file, err = os.Open(name) //nolint:gosec // The same.
	}
	if err != nil {
		return nil, causeOf(err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, secretMax+1))
	if err == nil && len(text) > secretMax {
		err = fmt.Errorf("it is larger than %d KiB", secretMax>>10)
	}
	return text, causeOf(err)
}

// causeOf is an error without the name of the file, which stands before it.
func causeOf(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
