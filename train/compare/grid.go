package compare

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// LogGrid returns n learning rates in equal ratios between two positive numbers,
// which are the first and the last. Those between are rounded to 6 digits, so that
// they are the same on all machines.
func LogGrid(from, to float64, n int) []float64 {
	rates := make([]float64, n)
	for i := range rates {
		share := 0.0
		if n > 1 {
			share = float64(i) / float64(n-1)
		}
		rates[i] = rounded(math.Exp((1-share)*math.Log(from) + share*math.Log(to)))
	}
	if n > 0 {
		rates[n-1], rates[0] = to, from
	}
	return rates
}

// rounded has 6 digits.
func rounded(v float64) float64 {
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64)
	return v
}

// DeepOBSRates is the grid on which Schneider, Balles and Hennig tune every
// optimizer: 36 rates from 10⁻⁵ to 10².
func DeepOBSRates() []float64 { return LogGrid(1e-5, 1e2, 36) }

// Around returns 9 learning rates around one, from a hundredth to a hundred times
// it, two to a power of ten.
func Around(rate float64) []float64 { return LogGrid(rate/100, rate*100, 9) }

// most is how many learning rates a grid may have.
const most = 1000

// ParseRates reads learning rates with commas between, "0.1,0.01", where
// "1e-4:1:9" stands for 9 rates in equal ratios from 1e-4 to 1; "auto" is Around
// the usual rate of the optimizer, "usual" that rate alone. The result is sorted.
func ParseRates(text string, usual float64) ([]float64, error) {
	var rates []float64
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		more, err := parseRate(part, usual)
		if err != nil {
			return nil, fmt.Errorf("compare: learning rates %q: %w", text, err)
		}
		rates = append(rates, more...)
	}
	slices.Sort(rates)
	return slices.Compact(rates), nil
}

// parseRate reads what stands between two commas.
func parseRate(part string, usual float64) ([]float64, error) {
	switch part {
	case "":
		return nil, fmt.Errorf("a rate is missing; want rates such as 0.1,0.01, a grid FROM:TO:N such as 1e-4:1:9, or auto")
	case "auto":
		return Around(usual), nil
	case "usual":
		return []float64{usual}, nil
	}
	fields := strings.Split(part, ":")
	if len(fields) != 1 && len(fields) != 3 {
		return nil, fmt.Errorf("%q is neither a number nor a grid FROM:TO:N such as 1e-4:1:9", part)
	}
	var numbers []float64
	for _, field := range fields[:min(len(fields), 2)] {
		v, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
		switch {
		case err != nil:
			return nil, fmt.Errorf("%q is not a number", field)
		case !(v > 0) || math.IsInf(v, 0):
			return nil, fmt.Errorf("a rate must be a positive number, got %s", field)
		}
		numbers = append(numbers, v)
	}
	if len(fields) == 1 {
		return numbers, nil
	}
	n, err := strconv.Atoi(strings.TrimSpace(fields[2]))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the number of rates in %q is not a whole number", part)
	case n < 2 || n > most:
		return nil, fmt.Errorf("the grid %s has %d rates, want 2 to %d", part, n, most)
	case !(numbers[0] < numbers[1]):
		return nil, fmt.Errorf("the grid %s is empty: it goes from %v up to %v", part, numbers[0], numbers[1])
	}
	return LogGrid(numbers[0], numbers[1], n), nil
}
