package lesson

import (
	"math"
	"strings"
	"unicode"
)

// counted are n numbers from first on: 0, 1, 2 …
func counted(first, n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = float64(first + i)
	}
	return list
}

// spaced are n numbers from a to b at equal distances.
func spaced(a, b float64, n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = a + (b-a)*float64(i)/float64(n-1)
	}
	return list
}

// mapped are the values of f.
func mapped(x []float64, f func(float64) float64) []float64 {
	list := make([]float64, len(x))
	for i, v := range x {
		list[i] = f(v)
	}
	return list
}

// percent is a share in words: "25%".
func percent(v float64) string { return digits(math.Round(v*1000)/10, 4) + "%" }

// dot is the product of two vectors.
func dot(x, y []float64) float64 {
	var sum float64
	for i, v := range x {
		sum += v * y[i]
	}
	return sum
}

// farthest is the largest difference between two vectors.
func farthest(x, y []float64) float64 {
	var most float64
	for i, v := range x {
		if d := math.Abs(v - y[i]); !(d <= most) {
			most = d
		}
	}
	return most
}

// capital is a text with a capital first letter.
func capital(text string) string {
	r := []rune(text)
	if len(r) == 0 {
		return text
	}
	return string(unicode.ToUpper(r[0])) + string(r[1:])
}

// minus puts the sign of print in the place of the hyphen.
func minus(text string) string { return strings.ReplaceAll(text, "-", "−") }
