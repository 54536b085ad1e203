package compare_test

import (
	"bytes"
	"strings"
	"testing"

	"nabla/train/compare"
)

// What is written is read again; damage is found and said by line.
func TestRead(t *testing.T) {
	eachPlan(t, func(t *testing.T, p compare.Plan) {
		r, _ := whole(t, p, nil)
		var b bytes.Buffer
		if err := r.WriteJSON(&b); err != nil {
			t.Fatal(err)
		}
		again, err := compare.Read(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		var c bytes.Buffer
		if err := again.WriteJSON(&c); err != nil || c.String() != b.String() {
			t.Errorf("read again it is\n%s\nnot\n%s", &c, &b)
		}
	})
}

func TestReadRefuses(t *testing.T) {
	r, _ := whole(t, plans()["one rate"], nil)
	var b bytes.Buffer
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	good := strings.SplitAfter(b.String(), "\n")
	for want, text := range map[string]string{
		"the file is empty":           "",
		"line 1: it is not JSON":      "x\n",
		"line 1: it is not the":       "{}\n",
		"line 1: it is not as":        `{"event":"start","problems":3}` + "\n",
		"line 2: it is not JSON":      good[0] + "x\n",
		"line 2: it is not as":        good[0] + `{"event":"run","problem":"p","more":1}` + "\n",
		"line 2: the lists":           good[0] + strings.Replace(good[1], `"curve":{"epoch":[1]`, `"curve":{"epoch":[1,2]`, 1),
		"line 3: a second":            good[0] + good[1] + good[0],
		"there twice":                 good[0] + good[1] + good[1],
		"none of the plan":            good[0] + strings.Replace(good[1], `"seed":3`, `"seed":8`, 1),
		"line 2: the last line":       good[0] + strings.TrimSuffix(good[1], "}\n"),
		"line 1: the last line":       strings.TrimSuffix(good[0], "}\n"),
		"runs are more than":          strings.Replace(strings.Replace(good[0], `"seeds":[3,1,2]`, `"seeds":[0`+strings.Repeat(",1", 4000)+`]`, 1), "[0.01]", "[1"+strings.Repeat(",1", 4000)+"]", 1),
		"no part 5 of 3":              strings.Replace(good[0], `"settings":[]}`+"\n", `"settings":[],"shard":"5/3"}`+"\n", 1),
		"optimizer a has no learning": strings.Replace(good[0], `"learning_rates":[0.01]`, `"learning_rates":[]`, 1),
	} {
		if _, err := compare.Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		} else if compare.IsCutOff(err) != (strings.Contains(want, "last line") || strings.Contains(want, "empty")) {
			t.Errorf("%s: cut off is %v", want, compare.IsCutOff(err))
		}
	}
}

// Whatever is in a file, reading it and computing its tables does not panic.
func FuzzRead(f *testing.F) {
	for _, p := range plans() {
		p.Shard = part(1, 2)
		for _, p.Shard = range []compare.Shard{{}, part(1, 2)} {
			r, err := p.Run(f.Context(), nil, nil)
			if err != nil {
				f.Fatal(err)
			}
			var b bytes.Buffer
			if err := r.WriteJSON(&b); err != nil {
				f.Fatal(err)
			}
			f.Add(b.Bytes())
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := compare.Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		r.Summaries()
		r.Sensitivities()
		r.Profiles()
		r.Bands(nil)
		compare.Merge([]string{"a"}, []compare.Result{r})
		var b bytes.Buffer
		if err := r.WriteJSON(&b); err != nil {
			t.Fatal(err)
		}
	})
}
