// tlog_judge VERIFIER_KEY FOLDER...: Go's implementations of signed notes and tiled logs over tlog-tiles folders.
// For each folder one line: "good", or what is wrong. A folder holds what `inkan-verify log` reads, and may hold
// old-checkpoint, a checkpoint of an earlier time, and receipt, a tlog-proof with the leaf in its "extra" line.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// C2SP tlog-tiles: as Go's own paths, without the height.
func path(tile tlog.Tile) string {
	parts := strings.Split(tile.Path(), "/") // tile/8/<level or data>/<index...>
	if parts[2] == "data" {
		parts[2] = "entries"
	}
	return strings.Join(append(parts[:1], parts[2:]...), "/")
}

type folder string

func (f folder) Height() int { return 8 }
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		octets, err := os.ReadFile(filepath.Join(string(f), path(tile)))
		if err != nil {
			return nil, errors.New("missing " + path(tile))
		}
		all = append(all, octets)
	}
	return all, nil
}
func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func open(verifier note.Verifier, octets []byte) (tlog.Tree, error) {
	opened, err := note.Open(octets, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, errors.New("not a checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func entries(f folder, tile tlog.Tile) ([][]byte, error) {
	octets, err := os.ReadFile(filepath.Join(string(f), path(tile)))
	if err != nil {
		return nil, errors.New("missing " + path(tile))
	}
	var all [][]byte
	for len(octets) > 0 {
		if len(octets) < 2 || len(octets)-2 < int(binary.BigEndian.Uint16(octets)) {
			return nil, errors.New("malformed " + path(tile))
		}
		end := 2 + int(binary.BigEndian.Uint16(octets))
		all = append(all, octets[2:end])
		octets = octets[end:]
	}
	if len(all) != tile.W {
		return nil, fmt.Errorf("%s has %d entries, not %d", path(tile), len(all), tile.W)
	}
	return all, nil
}

type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, i := range indexes {
		out = append(out, h[i])
	}
	return out, nil
}

// The root from the entries alone, and every tile as Go makes it of them. (tlog.TileHashReader of x/mod does not
// authenticate every tile that it reads where several subtrees of the root stand in one tile, so it would not do.)
func recompute(f folder, tree tlog.Tree) error {
	var stored hashes
	for first := int64(0); first < tree.N; first += 256 {
		tile := tlog.Tile{H: 8, L: -1, N: first / 256, W: 256}
		if tree.N-first < 256 {
			tile.W = int(tree.N - first)
		}
		bundle, err := entries(f, tile)
		if err != nil {
			return err
		}
		for i, entry := range bundle {
			more, err := tlog.StoredHashes(first+int64(i), entry, stored)
			if err != nil {
				return err
			}
			stored = append(stored, more...)
		}
	}
	root, err := tlog.TreeHash(tree.N, stored)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return errors.New("another root")
	}
	for _, tile := range tlog.NewTiles(8, 0, tree.N) {
		// Of the partial tiles those of this very size; earlier ones may be gone.
		if width := tree.N>>(8*tile.L) - tile.N*256; tile.W < 256 && int64(tile.W) != width {
			continue
		}
		wanted, err := tlog.ReadTileData(tile, stored)
		if err != nil {
			return err
		}
		octets, err := os.ReadFile(filepath.Join(string(f), path(tile)))
		if err != nil {
			return errors.New("missing " + path(tile))
		}
		if !bytes.Equal(octets, wanted) {
			return errors.New("another " + path(tile))
		}
	}
	return nil
}

// Proofs made from the tiles by Go, for some of the leaves.
func prove(f folder, tree tlog.Tree, reader tlog.HashReader) error {
	for index := int64(0); index < tree.N; index += 1 + tree.N/50 {
		found, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
		if err != nil {
			return err
		}
		proof, err := tlog.ProveRecord(tree.N, index, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, found[0]); err != nil {
			return err
		}
	}
	return nil
}

func grown(verifier note.Verifier, f folder, tree tlog.Tree, reader tlog.HashReader) error {
	octets, err := os.ReadFile(filepath.Join(string(f), "old-checkpoint"))
	if err != nil {
		return nil
	}
	old, err := open(verifier, octets)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(tree.N, old.N, reader)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash)
}

func receipt(verifier note.Verifier, f folder) error {
	octets, err := os.ReadFile(filepath.Join(string(f), "receipt"))
	if err != nil {
		return nil
	}
	halves := strings.SplitN(string(octets), "\n\n", 2)
	lines := strings.Split(halves[0], "\n")
	if len(halves) != 2 || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("receipt: malformed")
	}
	leaf, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return errors.New("receipt: malformed extra")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return errors.New("receipt: malformed index")
	}
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return errors.New("receipt: malformed hash")
		}
		proof = append(proof, hash)
	}
	tree, err := open(verifier, []byte(halves[1]))
	if err != nil {
		return errors.New("receipt: " + err.Error())
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(leaf)); err != nil {
		return errors.New("receipt: " + err.Error())
	}
	return nil
}

func judge(verifier note.Verifier, f folder) error {
	octets, err := os.ReadFile(filepath.Join(string(f), "checkpoint"))
	if err != nil {
		return errors.New("missing checkpoint")
	}
	tree, err := open(verifier, octets)
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tree, f)
	err = recompute(f, tree)
	if err == nil {
		err = prove(f, tree, reader)
	}
	if err == nil {
		err = grown(verifier, f, tree, reader)
	}
	if err == nil {
		err = receipt(verifier, f)
	}
	return err
}

func main() {
	verifier, err := note.NewVerifier(os.Args[1])
	if err != nil {
		fmt.Println("verifier:", err)
		os.Exit(1)
	}
	for _, name := range os.Args[2:] {
		if err := judge(verifier, folder(name)); err != nil {
			fmt.Println(strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Println("good")
		}
	}
}
