package lesson

import (
	"slices"

	"nabla/internal/names"
)

// table holds the lessons in the order of the curriculum. Nothing else lists them.
var table = []Lesson{
	derivativeLimit,
	commonDerivatives,
	derivativeRules,
	gradientVector,
	chainRule,
	twoLayers,
	criticalPoints,
	learningRate,
	batchSizes,
	momentumAdam,
	lossDerivatives,
	activationCurves,
	softmaxJacobian,
	automaticDifferentiation,
	jacobianMatrix,
	curvature,
	integration,
	probability,
	newtonMethod,
	conjugateGradient,
	limitedMemory,
	gradientClipping,
	logSumExp,
	batchNormalization,
	gradientChecking,
	plantedBugs,
	gradientHistograms,
	gradientNorms,
	vanishingGradients,
	explodingGradients,
	saddlePoints,
	localMinima,
	longChains,
	pitfalls,
}

// All returns every lesson.
func All() []Lesson { return slices.Clone(table) }

// Names lists the names in the order of the table.
func Names() []string { return names.Of(table, nameOf) }

// ByName returns a lesson. The error for an unknown name has the nearest one and
// the list.
func ByName(name string) (Lesson, error) {
	return names.Find("lesson", "lesson", name, table, nameOf)
}

func nameOf(l Lesson) string { return l.Name }
