package names

import "testing"

func TestUnknown(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"adma", `optimizers: unknown optimizer "adma", did you mean "adam"? (have sgd, adam)`},
		{"ADAM", `optimizers: unknown optimizer "ADAM", did you mean "adam"? (have sgd, adam)`},
		{"frobnicate", `optimizers: unknown optimizer "frobnicate" (have sgd, adam)`},
		{"", `optimizers: unknown optimizer "" (have sgd, adam)`},
	} {
		if got := Unknown("optimizers", "optimizer", c.name, []string{"sgd", "adam"}).Error(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}
