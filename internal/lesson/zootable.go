package lesson

import "nabla/train/optimizers"

func heapingRule(planted bool) optimizers.Rule  { return heaping{planted} }
func climbingRule(planted bool) optimizers.Rule { return climbing{planted} }

// Zoo lists the bugs. Nothing else does.
func Zoo() []Bug {
	return []Bug{
		{
			"missing-2-over-n", LossSeam, "dL/dp = p − t", "dL/dp = 2(p − t)/n for L = Σ(p − t)²/n", gradientCheck,
			"The direction is right and the loss falls, so nothing looks wrong; but the learning rate means something else, and it changes with the size of the batch. Only a comparison with differences sees a factor.",
			checkLoss(squareLoss),
		},
		{
			"no-activation-slope", ActivationSeam, "dL/dx = g", "dL/dx = g·(1 − tanh²x)", gradientCheck,
			"Forgetting f′ leaves gradients with the right signs as long as f rises, and they even look healthier: they do not vanish. Where units saturate they are wrong by orders of magnitude.",
			checkLayer(noSlope),
		},
		{
			"transposed-weight", LayerSeam, "dL/dx = g·W", "dL/dx = g·Wᵀ", gradientCheck,
			"With a square W the shapes fit and nothing fails. The layer itself learns, since dL/dW is right; all layers before it get nonsense. Check with extents that differ, and the shapes alone would tell.",
			checkLayer(transposedWeight),
		},
		{
			"gradient-not-zeroed", RuleSeam, "w ← w − η·Σ of all gradients so far", "w ← w − η·g", updateReplay,
			"The first step is right, so a test of one step passes. Later steps carry all gradients before them: a momentum of 1 that overshoots ever further. Replay several steps.",
			replay(heapingRule),
		},
		{
			"softmax-without-jacobian", LayerSeam, "dL/dx_i = g_i·s_i(1 − s_i)", "dL/dx_i = s_i·(g_i − Σ_j g_j·s_j)", gradientCheck,
			"Every output of softmax depends on every input: the off-diagonal terms −s_i·s_j are part of the derivative. With an upstream gradient in one place only, or of ones, much of the error hides; take a random one.",
			checkLayer(diagonalSoftmax),
		},
		{
			"wrong-sign", RuleSeam, "w ← w + η·g", "w ← w − η·g", smallStep,
			"The gradient points uphill. A tiny step must change the loss by −η·‖g‖², to first order: the sign and the size of the change check rule and gradient together.",
			step(climbingRule),
		},
		{
			"stale-batch", BatchSeam, "inputs of the batch before, targets of this one", "inputs and targets of the same rows", rowAudit,
			"A buffer that is filled too late. The gradient is right for what it sees, so no gradient check helps; the loss sticks at that of guessing. Give every row a number and look where it goes.",
			audit(staleBatches),
		},
		{
			"off-by-one-bias", LayerSeam, "dL/db = Σ g over the rows 1, 2, …", "dL/db = Σ g over the rows 0, 1, 2, …", gradientCheck,
			"Of 64 rows one is missing: 1.5 % of a gradient that is noisy anyway. Training does not show it. A check with few rows and a random upstream gradient does, and names the bias.",
			checkLayer(shortBias),
		},
		{
			"wrong-axis", LayerSeam, "softmax over the rows of the batch", "softmax over the classes of a row", rowsAlone,
			"The derivative of the wrong function is right, so a gradient check passes. In evaluation a row must give the same whatever stands beside it; here a row alone gives 1 for every class.",
			evaluateAlone(wrongAxis),
		},
		{
			"double-softmax", LayerSeam, "cross-entropy on softmax(softmax(z))", "cross-entropy on softmax(z)", perfectAnswer,
			"Again a right derivative of the wrong function. Probabilities lie within 1 of each other, so the second softmax can never be sure: with 3 classes the loss stays above ln(1 + 2/e) = 0.5514. Ask what a perfect answer costs. (The Trainer refuses this when it sees it.)",
			answerPerfectly(squashedLogits),
		},
		{
			"detached-layer", LayerSeam, "no gradient passes behind the first layer", "gradients reach every layer", gradientCheck,
			"The last layer learns on random features, and that often works well enough to go unnoticed. The gradient of the first layer is exactly 0 while the loss does change with its weights.",
			checkLayer(detachedLayer),
		},
		{
			"dropout-in-evaluation", LayerSeam, "random masks in evaluation", "masks in training alone", sameAgain,
			"Training is right; scores are noisy and too low. Evaluation has no randomness: the same rows must give the same outputs to the last bit.",
			evaluateAgain(sleeplessDropout),
		},
		{
			"dropout-not-rescaled", LayerSeam, "kept numbers stay as they are", "kept numbers are divided by 1 − p", meanOfMasks,
			"Training sees activations that are smaller by 1 − p than those of evaluation. The gradients are right for the masks drawn; only the mean over masks shows that the two modes compute different things.",
			averageMasks(plainDropout),
		},
		{
			"shared-weight-once", LayerSeam, "the gradient of the second use of W is lost", "the gradients of both uses add up", gradientCheck,
			"A variable that is used twice gets the sum of two gradients (the multivariate chain rule). Writing = for += keeps one of them; recurrent layers and tied weights are where it happens.",
			checkLayer(sharedWeight),
		},
		{
			"constant-statistics", LayerSeam, "mean and variance of the batch are constants on the way back", "gradients pass through mean and variance", gradientCheck,
			"Every element of a batch moves its mean and variance. Without these two terms the gradient has a part along directions in which the output cannot change.",
			checkLayer(constantStatistics),
		},
		{
			"sum-for-mean", LossSeam, "L = Σ over the rows", "L = the mean over the rows", rowsTwice,
			"The gradient of a sum is right, but it grows with the batch: a learning rate that is good for 16 rows diverges with 256. A mean does not change when every row is there twice.",
			doubleRows(meanLoss),
		},
		{
			"labels-shuffled-apart", BatchSeam, "inputs and targets in two different orders", "one order for both", rowAudit,
			"All rows are there, all targets are there, class counts are right; only the pairs are wrong. The network can learn nothing but the frequencies of the classes.",
			audit(apartBatches),
		},
		{
			"last-batch-lost", BatchSeam, "an epoch ends before the last batch that is not full", "the last batch may be short", rowAudit,
			"With shuffling every row has its turn in some epoch, so nothing shows; without, the last rows are never seen. Count each row over one epoch.",
			audit(shortBatches),
		},
	}
}
