package main

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"nabla/train"
)

// number is the shortest text of a number.
func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// plural counts things: "1 row", "3 classes".
func plural(n int, thing string) string {
	switch {
	case n == 1:
		return "1 " + thing
	case strings.HasSuffix(thing, "s"):
		thing += "e"
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// duration is a time with three digits.
func duration(d time.Duration) string {
	unit, size := "s", time.Second
	switch { // 999.5 is where three digits round up to the next unit
	case d < 999500*time.Nanosecond:
		unit, size = "µs", time.Microsecond
	case d < 999500*time.Microsecond:
		unit, size = "ms", time.Millisecond
	}
	v := float64(d) / float64(size)
	switch {
	case v >= 99.95:
		return fmt.Sprintf("%.0f%s", v, unit)
	case v >= 9.995:
		return fmt.Sprintf("%.1f%s", v, unit)
	}
	return fmt.Sprintf("%.2f%s", v, unit)
}

// curve is how a number went over the epochs.
type curve struct {
	name   string
	values []float64
}

// curves are the loss and the first metric, of training and validation.
func curves(h train.History) []curve {
	if len(h) == 0 {
		return nil
	}
	list := []curve{{name: "loss"}}
	if len(h[0].Scores) > 0 {
		list = append(list, curve{name: h[0].Scores[0].Name})
	}
	if !math.IsNaN(h[0].ValLoss) {
		list = append(list, curve{name: "val_loss"})
	}
	if len(h[0].ValScores) > 0 {
		list = append(list, curve{name: "val_" + h[0].ValScores[0].Name})
	}
	for i, c := range list {
		for _, e := range h {
			v := e.Scores.Of(c.name)
			switch name, validation := strings.CutPrefix(c.name, "val_"); {
			case c.name == "loss":
				v = e.Loss
			case c.name == "val_loss":
				v = e.ValLoss
			case validation:
				v = e.ValScores.Of(name)
			}
			list[i].values = append(list[i].values, v)
		}
	}
	return list
}

// sparkWidth is the number of marks of a sparkline.
const sparkWidth = 40

// sparkline draws values between their extremes; of many it shows the mean of
// each of sparkWidth groups. A value that is not finite is a blank.
func sparkline(values []float64) string {
	marks := []rune("▁▂▃▄▅▆▇█")
	var groups []float64
	n := min(len(values), sparkWidth)
	low, high := math.Inf(1), math.Inf(-1)
	for i := range n {
		var sum float64
		part := values[i*len(values)/n : (i+1)*len(values)/n]
		for _, v := range part {
			sum += v / float64(len(part))
		}
		groups = append(groups, sum)
		if !math.IsNaN(sum) && !math.IsInf(sum, 0) {
			low, high = min(low, sum), max(high, sum)
		}
	}
	var b strings.Builder
	for _, v := range groups {
		switch level := (v - low) / (high - low) * float64(len(marks)-1); {
		case math.IsNaN(v) || math.IsInf(v, 0):
			b.WriteRune(' ')
		case high == low:
			b.WriteRune(marks[0])
		default:
			b.WriteRune(marks[int(math.Round(level))])
		}
	}
	return b.String()
}

// plainWord is a word that no shell changes.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./:,=@%+-]+$`)

// shellQuote writes a word so that a shell reads it back.
func shellQuote(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
