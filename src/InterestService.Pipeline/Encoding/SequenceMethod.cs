using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding;

/// <summary>What one sequence encoder does not share with the others.</summary>
/// <param name="Epochs">Most passes over a log that is not small.</param>
/// <param name="BatchSize">Windows of full length in a step.</param>
/// <param name="LearningRate">Of Adam.</param>
/// <param name="Dropout">Of embeddings and layers.</param>
/// <param name="Body">Makes the layers; told whether to compute in mixed precision.</param>
internal sealed record SequenceMethod(
    int Epochs, int BatchSize, double LearningRate, double Dropout, Func<EncodingOptions, SequenceDropout, bool, nn.Module<Tensor, Tensor>> Body);
