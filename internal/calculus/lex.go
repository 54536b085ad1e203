package calculus

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind says what a token is; operators are their own character.
type tokenKind rune

const (
	endToken    tokenKind = -1
	numberToken tokenKind = -2
	nameToken   tokenKind = -3
	superToken  tokenKind = -4 // superscript digits, with their value as text
)

// token is a word of the source.
type token struct {
	kind tokenKind
	text string
	Span
}

// sameAs are characters that stand for another one.
var sameAs = map[rune]rune{'·': '*', '×': '*', '⋅': '*', '∙': '*', '−': '-', '–': '-', '÷': '/', '∕': '/'}

// superscripts are the digits of exponents, by value.
const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹"

// lex cuts a source into tokens. The last one is endToken.
func lex(source string) ([]token, error) {
	var tokens []token
	for i := 0; i < len(source); {
		r, n := utf8.DecodeRuneInString(source[i:])
		start := i
		add := func(kind tokenKind, text string, end int) {
			tokens = append(tokens, token{kind, text, Span{start, end}})
			i = end
		}
		switch {
		case unicode.IsSpace(r):
			i += n
		case r >= '0' && r <= '9' || r == '.':
			end := i + numberLength(source[i:])
			if source[i:end] == "." {
				return nil, &Error{"a point without digits", source, Span{i, end}}
			}
			add(numberToken, source[i:end], end)
		case r == 'π' || r == '√': // no letters of longer names
			add(nameToken, map[rune]string{'π': "pi", '√': "sqrt"}[r], i+n)
		case unicode.IsLetter(r):
			end := i + n
			for end < len(source) {
				r, n := utf8.DecodeRuneInString(source[end:])
				if !(unicode.IsLetter(r) && r != 'π') && !(r >= '0' && r <= '9') && r != '_' {
					break
				}
				end += n
			}
			add(nameToken, source[i:end], end)
		case r == '⁻' || strings.ContainsRune(superscripts, r):
			text, end := superscript(source[i:])
			if strings.TrimPrefix(text, "-") == "" {
				return nil, &Error{"a superscript minus without digits", source, Span{i, i + end}}
			}
			add(superToken, text, i+end)
		case strings.HasPrefix(source[i:], "**"):
			add('^', "**", i+2)
		default:
			if same, ok := sameAs[r]; ok {
				r = same
			}
			if !strings.ContainsRune("+-*/^()[]|,;=", r) {
				shape := "'%c'"
				switch {
				case unicode.Is(unicode.M, r): // it would stand on the quote
					shape = "%U"
				case !unicode.IsGraphic(r):
					shape = "%q"
				}
				return nil, &Error{fmt.Sprintf("unexpected character "+shape, r), source, Span{i, i + n}}
			}
			add(tokenKind(r), string(r), i+n)
		}
	}
	return append(tokens, token{endToken, "", Span{len(source), len(source)}}), nil
}

// numberLength is how many bytes of the text are a number. An e belongs to it only
// if digits follow: 2e3 is 2000, 2e^x is twice e^x.
func numberLength(s string) int {
	digits := func(i int) int {
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		return i
	}
	i := digits(0)
	if i < len(s) && s[i] == '.' {
		i = digits(i + 1)
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		j := i + 1
		if j < len(s) && (s[j] == '+' || s[j] == '-') {
			j++
		}
		if end := digits(j); end > j {
			return end
		}
	}
	return i
}

// superscript reads superscript digits as ordinary ones.
func superscript(s string) (text string, length int) {
	for i, r := range s {
		if r == '⁻' && i == 0 {
			text = "-"
			continue
		}
		at := strings.IndexRune(superscripts, r)
		if at < 0 {
			return text, i
		}
		text += string(rune('0' + utf8.RuneCountInString(superscripts[:at])))
	}
	return text, len(s)
}
