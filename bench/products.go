package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"

	"nabla/internal/kernel"
)

// product is a matrix product of a hidden layer with its share of the peak.
type product struct {
	ISA   string  `json:"isa"`
	DType string  `json:"dtype"`
	Kind  string  `json:"kind"` // NN, TN or NT
	M     int     `json:"m"`
	N     int     `json:"n"`
	K     int     `json:"k"`
	Share float64 `json:"share"`
}

// leastShares are what is demanded of the products, by instruction set.
var leastShares = []struct {
	isa   string
	share float64
}{{"avx512", 0.80}, {"avx2", 0.75}}

// servedProducts is the argument of -serve that measures the products: the level of
// the kernels is chosen when a process starts.
const servedProducts = "products"

// products measures them at every level that the machine has.
func (r *report) products(_ *nabla, o options) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for _, l := range leastShares {
		cmd := exec.Command(self, "-serve", servedProducts, "-rounds", fmt.Sprint(o.rounds))
		cmd.Env = append(os.Environ(), "NABLA_ISA="+l.isa)
		out, err := cmd.Output()
		if err != nil {
			return err
		}
		var list []product
		if err := json.Unmarshal(out, &list); err != nil {
			return err
		}
		for _, p := range list {
			if p.ISA == l.isa {
				r.shares = append(r.shares, p)
			}
		}
	}
	return nil
}

// printProducts measures the products at the level of this process.
func printProducts(rounds int) error {
	var list []product
	for _, n := range nets {
		if n.name == "C" || n.name == "D" {
			continue // calls, no arithmetic
		}
		for i, units := range n.sizes[1 : len(n.sizes)-1] {
			in := n.sizes[i]
			for _, p := range []product{
				{Kind: "NN", M: n.batch, N: units, K: in}, // the output
				{Kind: "TN", M: in, N: units, K: n.batch}, // the gradient of the weights
				{Kind: "NT", M: n.batch, N: in, K: units}, // the gradient of the input
			} {
				list = append(list, measured[float32](p, "float32", rounds), measured[float64](p, "float64", rounds))
			}
		}
	}
	return json.NewEncoder(os.Stdout).Encode(list)
}

// measured fills in the share: the median over the rounds, in each of which product
// and peak are timed one after the other.
func measured[T kernel.Float](p product, dtype string, rounds int) product {
	rng := rand.New(rand.NewPCG(1, 1))
	a, b, c := make([]T, p.M*p.K), make([]T, p.K*p.N), make([]T, p.M*p.N)
	for _, x := range [][]T{a, b} {
		for i := range x {
			x[i] = T(rng.NormFloat64())
		}
	}
	flops := 2 * p.M * p.N * p.K
	times := 1 + 2_000_000/flops
	multiply := kernel.BindGemm(nil, kernel.Linear, p.Kind == "TN", p.Kind == "NT", p.M, p.N, p.K, a, b, nil, c)
	var shares []float64
	for range rounds {
		rate := best(func() float64 {
			for range times {
				multiply()
			}
			return float64(times * flops)
		})
		shares = append(shares, rate/best(func() float64 { return float64(kernel.FMA[T](1_000_000)) }))
	}
	p.ISA, p.DType, p.Share = kernel.ISA().String(), dtype, median(shares)
	return p
}
