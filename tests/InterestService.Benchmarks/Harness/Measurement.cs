using System.Text.Json.Serialization;

namespace InterestService.Benchmarks.Harness;

/// <summary>One run of one side.</summary>
/// <param name="Seconds">Of the work alone, without reading data and starting programs.</param>
/// <param name="Quality">What both sides must agree on, such as an inertia; null: nothing.</param>
internal sealed record Measurement(
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("quality")] double? Quality = null);
