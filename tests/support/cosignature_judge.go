// cosignature_judge LOG_KEY WITNESS_KEY NOTE...: cosignatures as Go's note package and crypto/ed25519 read them, by
// the text of C2SP tlog-cosignature. For each note one line: the witness's time, or what is wrong.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
	time uint64
}

func (w *witness) Name() string    { return w.name }
func (w *witness) KeyHash() uint32 { return w.hash }
func (w *witness) Verify(msg, sig []byte) bool {
	if len(sig) != 72 {
		return false
	}
	w.time = binary.BigEndian.Uint64(sig)
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", w.time, msg)
	return ed25519.Verify(w.key, []byte(signed), sig[8:])
}

func parse(text string) (*witness, error) {
	parts := strings.SplitN(text, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("not three parts")
	}
	octets, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(octets) != 33 || octets[0] != 4 {
		return nil, fmt.Errorf("not a cosignature key")
	}
	stated, err := strconv.ParseUint(parts[1], 16, 32)
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), octets...))
	if err != nil || binary.BigEndian.Uint32(sum[:]) != uint32(stated) {
		return nil, fmt.Errorf("another key id")
	}
	return &witness{name: parts[0], hash: uint32(stated), key: octets[1:]}, nil
}

func judge(log note.Verifier, by *witness, file string) (string, error) {
	octets, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	opened, err := note.Open(octets, note.VerifierList(log, by))
	if err != nil {
		return "", err
	}
	if len(opened.Sigs) != 2 {
		return "", fmt.Errorf("%d good signatures, not two", len(opened.Sigs))
	}
	return strconv.FormatUint(by.time, 10), nil
}

func main() {
	log, err := note.NewVerifier(os.Args[1])
	if err != nil {
		fmt.Println("log:", err)
		os.Exit(1)
	}
	by, err := parse(os.Args[2])
	if err != nil {
		fmt.Println("witness:", err)
		os.Exit(1)
	}
	for _, file := range os.Args[3:] {
		if time, err := judge(log, by, file); err != nil {
			fmt.Println("bad:", strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Println(time)
		}
	}
}
