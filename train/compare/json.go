package compare

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// End is the last line of a comparison that is complete.
type End struct {
	Event    string  `json:"event"` // end
	Runs     int     `json:"runs"`
	Diverged int     `json:"diverged"`
	Seconds  float64 `json:"seconds"` // of all runs together
}

// runLine is the line of a record.
type runLine struct {
	Event string `json:"event"` // run
	Record
}

// WriteJSON writes the result as JSON lines: start (the Header), a run for each
// Record, and, if the result is complete and no part of another, a summary for each
// Summary, a sensitivity for each Sensitivity, a profile for each Profile and the
// end. Keys keep their order, and what is not finite is "NaN", "Inf" or "-Inf".
func (r Result) WriteJSON(w io.Writer) error {
	lines := []any{r.Header}
	end := End{Event: "end"}
	for _, record := range r.Records {
		lines = append(lines, runLine{"run", record})
		end.Runs++
		end.Seconds += record.Seconds
		if record.Stopped == Diverged {
			end.Diverged++
		}
	}
	if r.Header.Shard == "" && r.Missing() == 0 {
		for _, s := range r.Summaries() {
			lines = append(lines, s)
		}
		for _, s := range r.Sensitivities() {
			lines = append(lines, s)
		}
		for _, p := range r.Profiles() {
			lines = append(lines, p)
		}
		lines = append(lines, end)
	}
	for _, line := range lines {
		if err := writeLine(w, line); err != nil {
			return err
		}
	}
	return nil
}

// writeLine writes a value as one line.
func writeLine(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// Missing is the number of runs of the plan, or of its part, that are not there.
func (r Result) Missing() int { return max(0, r.Header.Count()-len(r.Records)) }

// maxLine is the length that a line of a file may have.
const maxLine = 1 << 28

// What a crash leaves: a file whose last line is not whole, or one without lines.
var (
	errCutOff  = errors.New("the last line is cut off")
	errEmpty   = errors.New("the file is empty")
	errForeign = errors.New("it is not JSON: is this the file of a comparison?")
)

// begins reports whether a line may be the beginning of a header.
func begins(line []byte) bool {
	const header = `{"event":"start"`
	n := min(len(line), len(header))
	return string(line[:n]) == header[:n]
}

// Read reads the lines start and run of what WriteJSON or a Store wrote; the others
// follow from these. A last line that is cut off, as it is after a crash, is an
// error for which IsCutOff is true beside the result without it.
func Read(r io.Reader) (Result, error) {
	result := Result{Records: []Record{}}
	s := bufio.NewReaderSize(r, 1<<16)
	for n := 1; ; n++ {
		line, err := s.ReadBytes('\n')
		switch {
		case err == io.EOF && len(line) == 0 && n == 1:
			return result, fmt.Errorf("compare: %w", errEmpty)
		case err == io.EOF && len(line) == 0:
			_, err := result.Header.arrange(result.Records)
			return result, err
		case err == io.EOF && n == 1 && !begins(line):
			return result, fmt.Errorf("compare: line 1: %w", errForeign)
		case err == io.EOF && n == 1:
			return result, fmt.Errorf("compare: line 1: %w", errCutOff)
		case err == io.EOF:
			if _, err := result.Header.arrange(result.Records); err != nil {
				return result, err
			}
			return result, fmt.Errorf("compare: line %d: %w", n, errCutOff)
		case err != nil:
			return result, err
		}
		if err := result.line(n, line); err != nil {
			return Result{}, fmt.Errorf("compare: line %d: %w", n, err)
		}
	}
}

// IsCutOff reports whether Read found nothing wrong but a last line that is cut off,
// or a file without lines.
func IsCutOff(err error) bool { return errors.Is(err, errCutOff) || errors.Is(err, errEmpty) }

// line reads one line.
func (r *Result) line(n int, line []byte) error {
	if len(line) > maxLine {
		return errors.New("it is too long")
	}
	var kind struct {
		Event string `json:"event"`
	}
	if err := json.Unmarshal(line, &kind); err != nil {
		return errForeign
	}
	switch {
	case n == 1:
		if err := strict(line, &r.Header); err != nil {
			return err
		}
		return r.Header.check()
	case kind.Event == "start":
		return errors.New("a second comparison begins")
	case kind.Event != "run":
		return nil
	}
	var run runLine
	if err := strict(line, &run); err != nil {
		return err
	}
	if !run.Curve.even() {
		return errors.New("the lists of the curve have different lengths")
	}
	r.Records = append(r.Records, run.Record)
	return nil
}

// strict reads an object that has no other keys.
func strict(line []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return errors.New("it is not as a comparison writes it: " + err.Error())
	}
	return nil
}

// even reports whether all lists have one length.
func (c Curve) even() bool {
	n := len(c.Epoch)
	return len(c.Steps) == n && len(c.Evaluations) == n && len(c.Loss) == n && len(c.Value) == n && len(c.Seconds) == n
}
