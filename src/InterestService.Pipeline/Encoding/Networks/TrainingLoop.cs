using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Networks;

/// <summary>
/// Trains a network: Adam, at a learning rate that falls in a straight line to a tenth of itself, until the recall of held-out
/// items falls; leaves the network with its best weights, the latest of equal ones (early stopping: Prechelt, 1998). Every network is trained by it.
/// </summary>
internal static class TrainingLoop
{
    /// <summary>Part of the learning rate in the last epoch.</summary>
    private const double LastRate = .1;

    /// <param name="network">To be trained; its owner disposes it, also when the training fails.</param>
    /// <param name="input">Validation, progress, threads and cancellation.</param>
    /// <param name="epochs">Maximum number of passes.</param>
    /// <param name="patience">Passes with a recall below the best after which training stops.</param>
    /// <param name="learningRate">Learning rate of the first pass.</param>
    /// <param name="steps">Returns the steps of one pass.</param>
    /// <param name="score">Scores items with the network as it is, as <see cref="IUserEncoder.Score"/> does.</param>
    public static void Run(
        nn.Module network, EncoderInput input, int epochs, int patience, double learningRate, Func<IEnumerable<TrainingStep>> steps,
        ItemScorer score)
    {
        using var threads = new TorchThreads(input.Threads);
        using var optimizer = new Adam(network.parameters());
        double best = double.NegativeInfinity;
        int bestEpoch = 0;
        Dictionary<string, Tensor>? bestWeights = null;
        try
        {
            for (int number = 1; number <= epochs; number++)
            {
                double rate = learningRate * (1 - (1 - LastRate) * (number - 1) / Math.Max(epochs - 1, 1));
                network.train();
                double loss = Pass(steps(), optimizer, rate, input.Cancellation);
                network.eval();
                double? recall = input.Validate(score);
                input.Report(new EpochReport(number, epochs, loss, recall));
                if (recall >= best)
                {
                    (best, bestEpoch) = (recall.Value, number);
                    Dispose(bestWeights);
                    bestWeights = Copy(network);
                }
                else if (recall is not null && number - bestEpoch >= patience)
                {
                    break;
                }
            }

            if (bestWeights is not null) Restore(network, bestWeights);
        }
        finally
        {
            Dispose(bestWeights);
        }
    }

    /// <returns>Mean loss per target.</returns>
    private static double Pass(IEnumerable<TrainingStep> steps, Adam optimizer, double rate, CancellationToken cancellation)
    {
        double loss = 0;
        int targets = 0;
        foreach (var step in steps)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            loss += step.Targets * optimizer.Step(step.Loss, rate);
            targets += step.Targets;
        }

        optimizer.Settle();
        return loss / Math.Max(targets, 1);
    }

    private static Dictionary<string, Tensor> Copy(nn.Module network)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var weights = network.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.clone());
        scope.Detach(weights.Values);
        return weights;
    }

    private static void Restore(nn.Module network, Dictionary<string, Tensor> weights)
    {
        using var _ = no_grad();
        foreach (var (name, tensor) in network.state_dict()) tensor.copy_(weights[name]);
    }

    private static void Dispose(Dictionary<string, Tensor>? weights)
    {
        if (weights is null) return;
        foreach (var tensor in weights.Values) tensor.Dispose();
    }
}

/// <summary>One step of training.</summary>
/// <param name="Targets">Number of targets that the loss is a mean over.</param>
/// <param name="Loss">Computes it, a scalar, of what it reads from the optimiser or the network.</param>
internal readonly record struct TrainingStep(int Targets, Func<Adam, Tensor> Loss);
