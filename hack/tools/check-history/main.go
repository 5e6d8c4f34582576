// check-history FILE: whether the registers of a history of one operation per line (JSON, as the tests write it) are
// linearizable, by Porcupine's search. Ends with 1 and says which register is not.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"sort"
	"time"

	"github.com/anishathalye/porcupine"
)

const patience = 2 * time.Minute

type operation struct {
	Client     int    `json:"client"`
	Kind       string `json:"kind"`
	Level      string `json:"level"`
	Register   string `json:"register"`
	Value      int64  `json:"value"`
	Outcome    string `json:"outcome"`
	InvokedAt  int64  `json:"invoked_at"`
	AnsweredAt int64  `json:"answered_at"`
}

type input struct {
	write bool
	value int64
}

// A register that holds 0 at first.
var register = porcupine.Model{
	Init: func() interface{} { return int64(0) },
	Step: func(state, in, out interface{}) (bool, interface{}) {
		asked := in.(input)
		if asked.write {
			return true, asked.value
		}
		return out.(int64) == state.(int64), state
	},
	Equal: func(one, other interface{}) bool { return one == other },
}

func main() {
	if len(os.Args) != 2 {
		fail("usage: check-history FILE")
	}
	registers, err := read(os.Args[1])
	if err != nil {
		fail(err.Error())
	}
	names := make([]string, 0, len(registers))
	for name := range registers {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		switch porcupine.CheckOperationsTimeout(register, registers[name], patience) {
		case porcupine.Illegal:
			fail(name + " is not linearizable")
		case porcupine.Unknown:
			fail(fmt.Sprintf("%s could not be decided within %s", name, patience))
		case porcupine.Ok:
			fmt.Printf("%s: %d operations, linearizable\n", name, len(registers[name]))
		}
	}
}

func read(path string) (map[string][]porcupine.Operation, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	all := []operation{}
	seen := map[string]bool{}
	lines := bufio.NewScanner(file)
	lines.Buffer(make([]byte, 1<<16), 1<<20)
	for lines.Scan() {
		var one operation
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, one)
		if one.Kind == "READ" {
			seen[fmt.Sprintf("%s/%d", one.Register, one.Value)] = true
		}
	}
	registers := map[string][]porcupine.Operation{}
	for _, one := range all {
		shown := seen[fmt.Sprintf("%s/%d", one.Register, one.Value)]
		if skip(one, shown) {
			continue
		}
		end := one.AnsweredAt
		if one.Outcome == "UNKNOWN" {
			end = math.MaxInt64
		}
		registers[one.Register] = append(registers[one.Register], porcupine.Operation{
			ClientId: one.Client,
			Input:    input{one.Kind == "WRITE", one.Value},
			Output:   one.Value,
			Call:     one.InvokedAt,
			Return:   end,
		})
	}
	return registers, lines.Err()
}

// Refused writes did nothing, and a read that shows one finds no write. Unknown ones that nobody saw would only make the
// search long: they may never have happened.
func skip(one operation, shown bool) bool {
	if one.Kind == "READ" {
		return one.Level != "LINEARIZABLE"
	}
	return one.Outcome == "REFUSED" || one.Outcome == "UNKNOWN" && !shown
}

func fail(why string) {
	fmt.Println(why)
	os.Exit(1)
}
