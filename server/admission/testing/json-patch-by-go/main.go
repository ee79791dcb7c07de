// Applies JSON Patches by the library that API servers use: reads a JSON list of cases, one a patch with its document
// and what is expected, and writes the list of what differed.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
)

type patchCase struct {
	Document json.RawMessage `json:"document"`
	Patch    json.RawMessage `json:"patch"`
	Expected json.RawMessage `json:"expected"`
}

func main() {
	var cases []patchCase
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	differences := []string{}
	for index, one := range cases {
		if difference := differenceOf(one); difference != "" {
			differences = append(differences, fmt.Sprintf("case %d: %s", index, difference))
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(differences); err != nil {
		os.Exit(1)
	}
}

func differenceOf(one patchCase) string {
	patch, err := jsonpatch.DecodePatch(one.Patch)
	if err != nil {
		return err.Error()
	}
	patched, err := patch.Apply(one.Document)
	if err != nil {
		return err.Error()
	}
	if !reflect.DeepEqual(valueOf(patched), valueOf(one.Expected)) {
		return string(patched)
	}
	return ""
}

// Numbers stay texts: nothing may be lost beyond 2^53.
func valueOf(text []byte) any {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return err
	}
	return value
}
