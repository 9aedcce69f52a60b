using InterestService.Pipeline.Evaluation;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding;

/// <summary>
/// Runs epochs until the recall of held-out items stops rising, and leaves the network with its best weights (early stopping:
/// Prechelt, 1998). The same for every deep encoder.
/// </summary>
internal static class TrainingLoop
{
    /// <param name="network">Whose weights are kept.</param>
    /// <param name="input">Options, held-out items, progress.</param>
    /// <param name="defaultEpochs">Most epochs when the options do not say.</param>
    /// <param name="epoch">Trains one epoch, given its number from 1; gives the mean loss.</param>
    /// <param name="score">Scores items for some users of a set, as <see cref="IUserEncoder.Score"/> does.</param>
    public static void Run(nn.Module network, EncoderInput input, int defaultEpochs, Func<int, double> epoch, Ranking.Scorer score)
    {
        int epochs = input.Options.Epochs ?? defaultEpochs;
        bool judged = input.Validation.Count >= HeldOutItems.Enough;
        double best = double.NegativeInfinity;
        int bestEpoch = 0;
        Dictionary<string, Tensor>? bestWeights = null;
        for (int number = 1; number <= epochs; number++)
        {
            network.train();
            double loss = epoch(number);
            network.eval();
            double? recall = judged ? Ranking.Evaluate(score, input.Training, input.Validation).RecallAt10 : null;
            input.Report(new EpochReport(number, epochs, loss, recall));
            if (recall > best)
            {
                (best, bestEpoch) = (recall.Value, number);
                Dispose(bestWeights);
                bestWeights = Copy(network);
            }
            else if (judged && number - bestEpoch >= input.Options.Patience)
            {
                break;
            }
        }

        if (bestWeights is not null) Restore(network, bestWeights);
        Dispose(bestWeights);
    }

    private static Dictionary<string, Tensor> Copy(nn.Module network)
    {
        using var _ = no_grad();
        return network.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.clone().DetachFromDisposeScope());
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
