package nn

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

// parseHeader reads the JSON object of the header: tensors in the order in which
// they stand, whatever that of their data, and the metadata, empty without any.
// Spaces behind the object are padding, which other writers use to align the data.
func parseHeader(data []byte) ([]headerEntry, map[string]string, error) {
	if !utf8.Valid(data) {
		return nil, nil, errors.New("not UTF-8")
	}
	if len(data) == 0 || data[0] != '{' {
		return nil, nil, fmt.Errorf("starts with %.1q, not with '{'", data)
	}
	var entries []headerEntry
	metadata := map[string]string{}
	s := headerScanner{data: data}
	err := s.object(maxHeaderEntries+1, func(key string) (err error) {
		if key == tensorMetadataKey {
			return s.object(maxHeaderEntries, func(key string) (err error) {
				metadata[key], err = s.text()
				return err
			})
		}
		entry, err := s.tensor()
		entry.Name = key
		entries = append(entries, entry)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	if c := s.peek(); c != 0 || s.at < len(data) {
		return nil, nil, s.expected("nothing after the last '}'")
	}
	return entries, metadata, nil
}

// headerScanner reads the little JSON that a header may hold: objects, text and
// natural numbers. encoding/json would let a key pass twice, and its decoder
// would buffer the header once more. No depth of nesting makes it recurse,
// because no value is read that the format does not have.
type headerScanner struct {
	data []byte
	at   int
}

// peek skips white space and returns the byte behind it, or 0 at the end.
func (s *headerScanner) peek() byte {
	for ; s.at < len(s.data); s.at++ {
		switch c := s.data[s.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

func (s *headerScanner) expected(what string) error {
	if s.at >= len(s.data) {
		return fmt.Errorf("ends where %s is expected", what)
	}
	r, _ := utf8.DecodeRune(s.data[s.at:])
	return fmt.Errorf("byte %d is %q, expected %s", s.at, r, what)
}

// take consumes the byte c.
func (s *headerScanner) take(c byte) error {
	if s.peek() != c {
		return s.expected(strconv.QuoteRune(rune(c)))
	}
	s.at++
	return nil
}

// object reads an object of at most limit keys, each once, and calls member to
// read the value of each.
func (s *headerScanner) object(limit int, member func(key string) error) error {
	if err := s.take('{'); err != nil {
		return err
	}
	if s.peek() == '}' {
		return s.take('}')
	}
	for seen := map[string]bool{}; ; {
		key, err := s.text()
		if err != nil {
			return err
		}
		if seen[key] {
			return fmt.Errorf("key %.60q stands twice", key)
		}
		if seen[key] = true; len(seen) > limit {
			return fmt.Errorf("an object has more than %d keys", limit)
		}
		if err := s.take(':'); err != nil {
			return fmt.Errorf("%.60q: %w", key, err)
		}
		if err := member(key); err != nil {
			return fmt.Errorf("%.60q: %w", key, err)
		}
		if s.peek() == '}' {
			return s.take('}')
		}
		if err := s.take(','); err != nil {
			return fmt.Errorf("after %.60q: %w", key, err)
		}
	}
}

// text reads a string.
func (s *headerScanner) text() (string, error) {
	if s.peek() != '"' {
		return "", s.expected("text in quotes")
	}
	plain := true // without what JSON must decode or refuse
	for end := s.at + 1; end < len(s.data); end++ {
		switch c := s.data[end]; {
		case c == '\\':
			plain = false
			end++
		case c < ' ':
			plain = false
		case c == '"':
			quoted, text := s.data[s.at:end+1], ""
			if plain {
				text = string(quoted[1 : len(quoted)-1])
			} else if err := json.Unmarshal(quoted, &text); err != nil {
				return "", fmt.Errorf("text at byte %d: %w", s.at, err)
			}
			s.at = end + 1
			return text, nil
		}
	}
	return "", fmt.Errorf("text at byte %d has no closing quote", s.at)
}

// naturals reads an array of at most limit natural numbers.
func (s *headerScanner) naturals(limit int) ([]int, error) {
	if err := s.take('['); err != nil {
		return nil, err
	}
	numbers := []int{}
	if s.peek() == ']' {
		return numbers, s.take(']')
	}
	for {
		n, err := s.natural()
		if err != nil {
			return nil, err
		}
		if numbers = append(numbers, n); len(numbers) > limit {
			return nil, fmt.Errorf("more than %d numbers", limit)
		}
		if s.peek() == ']' {
			return numbers, s.take(']')
		}
		if err := s.take(','); err != nil {
			return nil, err
		}
	}
}

// natural reads digits: a sign, a fraction, an exponent, a leading zero and a
// number beyond the largest int are errors.
func (s *headerScanner) natural() (int, error) {
	s.peek()
	start := s.at
	for s.at < len(s.data) && bytes.IndexByte([]byte("+-.0123456789eE"), s.data[s.at]) >= 0 {
		s.at++
	}
	digits := string(s.data[start:min(s.at, start+40)])
	if digits == "" {
		return 0, s.expected("a number")
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	if errors.Is(err, strconv.ErrRange) || err == nil && n > math.MaxInt {
		return 0, fmt.Errorf("number %s at byte %d is too large", digits, start)
	}
	if err != nil || len(digits) > 1 && digits[0] == '0' {
		return 0, fmt.Errorf("%s at byte %d is not a natural number", digits, start)
	}
	return int(n), nil
}

// tensor reads {"dtype": text, "shape": numbers, "data_offsets": [begin, end]}.
func (s *headerScanner) tensor() (headerEntry, error) {
	var e headerEntry
	var offsets []int
	err := s.object(maxHeaderEntries, func(key string) (err error) {
		switch key {
		case "dtype":
			e.DType, err = s.text()
		case "shape":
			e.Shape, err = s.naturals(maxTensorRank)
		case "data_offsets":
			offsets, err = s.naturals(2)
		default:
			err = errors.New("not a key of a tensor")
		}
		return err
	})
	switch {
	case err != nil:
		return e, err
	case e.DType == "":
		return e, errors.New("has no dtype")
	case e.Shape == nil:
		return e, errors.New("has no shape")
	case len(offsets) != 2:
		return e, fmt.Errorf("has %d data_offsets, not 2", len(offsets))
	}
	e.begin, e.end = offsets[0], offsets[1]
	return e, nil
}
