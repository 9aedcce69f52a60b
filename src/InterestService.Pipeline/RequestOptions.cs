using InterestService.Pipeline.Options;

namespace InterestService.Pipeline;

/// <summary>The options of all registered encoders and algorithms that requests may set.</summary>
public static class RequestOptions
{
    /// <summary>In the order in which they are described; each name once.</summary>
    public static IReadOnlyList<RequestOption> All { get; } = RequestOption.Collect(
        [.. Encoders.All.SelectMany(encoder => encoder.OptionsTypes), .. Algorithms.All.Select(algorithm => algorithm.OptionsType)]);
}
