package datasets_test

import (
	"encoding/json"
	"fmt"
	"log"
	"strings"

	"nabla/datasets"
)

// The way of the data, from a name to the values of a batch.
func Example() {
	source, err := datasets.Open("penguins", datasets.LoadOptions{})
	if err != nil {
		log.Fatal(err)
	}
	parts, err := source.Parts(datasets.EveryFifth(4), 0, 1)
	if err != nil {
		log.Fatal(err)
	}
	train := parts.Train
	fmt.Println(train.Features, train.Classes)
	fmt.Println(train.Len(), "training rows,", parts.Test.Len(), "test rows,", source.Report.Dropped, "dropped")

	order := datasets.Order(train.Len(), 1, 0)
	batches := 0
	for rows := range datasets.Batches(order, 32, false) {
		x := make([]float32, len(rows)*train.X.Cols)
		if err := datasets.CopyX(x, train, rows); err != nil {
			log.Fatal(err)
		}
		batches++
	}
	fmt.Println(batches, "batches")
	// Output:
	// [bill_length_mm bill_depth_mm flipper_length_mm body_mass_g] [Adelie Chinstrap Gentoo]
	// 274 training rows, 68 test rows, 2 dropped
	// 9 batches
}

// A schema, kept as JSON beside a model, encodes the rows to be predicted.
func ExampleSchema() {
	const cars = "weight;fuel;power\n1200;petrol;90\n1500;diesel;110\n?;petrol;70\n900;petrol;50\n"
	table, err := datasets.ReadCSV(strings.NewReader(cars), "cars.csv")
	if err != nil {
		log.Fatal(err)
	}
	schema, err := datasets.Infer(table, datasets.Options{})
	if err != nil {
		log.Fatal(err)
	}
	train, report, err := schema.Apply(table)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("dropped:", report.Dropped, "on line", table.Line(report.Missing[0]))
	if err := schema.Fit(train); err != nil {
		log.Fatal(err)
	}
	text, err := json.Marshal(schema)
	if err != nil {
		log.Fatal(err)
	}

	var kept datasets.Schema
	if err := json.Unmarshal(text, &kept); err != nil {
		log.Fatal(err)
	}
	table, err = datasets.ReadCSV(strings.NewReader("fuel,weight\ndiesel,1200\n"), "new.csv")
	if err != nil {
		log.Fatal(err)
	}
	rows, _, err := kept.ApplyInputs(table)
	if err != nil {
		log.Fatal(err)
	}
	if rows, err = kept.Standardize(rows); err != nil {
		log.Fatal(err)
	}
	fmt.Println(rows.Features)
	fmt.Printf("%.2f\n", rows.X.F64)
	// Output:
	// dropped: 1 on line 4
	// [weight fuel=petrol fuel=diesel]
	// [0.00 -1.41 1.41]
}

func ExampleParseSplit() {
	split, err := datasets.ParseSplit("every-5th:0")
	if err != nil {
		log.Fatal(err)
	}
	data, err := datasets.Load("iris")
	if err != nil {
		log.Fatal(err)
	}
	train, test, err := data.Split(split, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(split, train.Len(), test.Len())
	// Output: every-5th:0 120 30
}

func ExampleByName() {
	_, err := datasets.ByName("irsi")
	fmt.Println(strings.Split(err.Error(), " (")[0])
	e, err := datasets.ByName("iris")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(e.Title, e.Recipe.Layers, e.Recipe.Optimizer)
	// Output:
	// datasets: unknown data set "irsi", did you mean "iris"?
	// Iris flowers 16:relu adam
}
