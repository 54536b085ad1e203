package datasets

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestSchemaJSON(t *testing.T) {
	for _, name := range []string{"iris", "penguins", "digits", "auto-mpg", "linnerud", "fashion-mnist", "moons", "sine"} {
		source, err := Open(name, LoadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		parts, err := source.Parts(source.DefaultSplit(), 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(source.Schema)
		if err != nil {
			t.Fatal(err)
		}
		var back Schema
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(&back, source.Schema) {
			t.Errorf("%s: %s", name, text)
		}
		// What was read back encodes as the original does.
		again, err := Open(name, LoadOptions{Schema: &back})
		if err != nil {
			t.Fatal(err)
		}
		same, err := again.Parts(again.DefaultSplit(), 0, 1)
		if err != nil || !reflect.DeepEqual(same.Test.X, parts.Test.X) || !reflect.DeepEqual(same.Test.Y.floats(), parts.Test.Y.floats()) {
			t.Errorf("%s: the decoded schema encodes otherwise (%v)", name, err)
		}
	}
}

func TestSchemaJSONErrors(t *testing.T) {
	const rest = `"missing":"drop","input_scaling":{"method":"none"},"target_scaling":{"method":"none"}}`
	const inputs = `{"inputs":[{"name":"a"},{"name":"b","categories":["p","q"]}],"shape":[3],"targets":["t"],`
	for _, c := range []struct{ name, text, want string }{
		{"good", inputs + rest, ""},
		{"not JSON", `{`, "unexpected end"},
		{"another type", `[1]`, "cannot unmarshal"},
		{"no inputs", `{` + rest, "no inputs"},
		{"same name", strings.Replace(inputs, `"t"`, `"a"`, 1) + rest, `the column "a" is named twice`},
		{"empty categories", strings.Replace(inputs, `["p","q"]`, `[]`, 1) + rest, `input "b" has no categories`},
		{"same category", strings.Replace(inputs, `"q"`, `"p"`, 1) + rest, `input "b" has the category "p" twice`},
		{"shape", strings.Replace(inputs, `[3]`, `[4]`, 1) + rest, "shape [4] does not hold 3 values"},
		{"overflowing shape", strings.Replace(inputs, `[3]`, `[3,4611686018427387904,4]`, 1) + rest, "does not hold 3 values"},
		{"negative shape", strings.Replace(inputs, `[3]`, `[-3,-1]`, 1) + rest, "shape [-3 -1] does not hold 3 values"},
		{"one class", inputs + `"classes":["x"],` + rest, "1 classes of 1 targets"},
		{"same class", inputs + `"classes":["x","x"],` + rest, `the class "x" is named twice`},
		{"fill", inputs + `"fill":[1],` + rest, "1 fill values for 3 features"},
		{"policy", inputs + strings.Replace(rest, "drop", "guess", 1), `unknown missing-value policy "guess"`},
		{"method", inputs + strings.Replace(rest, "none", "wish", 1), `input scaling: unknown method "wish"`},
		{"divisor", inputs + strings.Replace(rest, `"none"`, `"divide","by":-1`, 1), "input scaling: the divisor -1 is not positive"},
		{"means", inputs + strings.Replace(rest, `"none"`, `"standardize","mean":[1],"std":[1]`, 1), "input scaling: 1 means and 1 deviations for 3 values"},
		{"deviation", inputs + strings.Replace(rest, `"none"`, `"standardize","mean":[1,1,1],"std":[1,0,1]`, 1), "input scaling: value 1: mean 1 and deviation 0"},
	} {
		var s Schema
		err := json.Unmarshal([]byte(c.text), &s)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
