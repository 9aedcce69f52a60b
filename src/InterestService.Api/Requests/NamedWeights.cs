using System.ComponentModel.DataAnnotations;

namespace InterestService.Api.Requests;

/// <summary>Weights by name, case-insensitive. Two with the same weights are equal, so that requests with them can be.</summary>
public sealed class NamedWeights() : Dictionary<string, float>(StringComparer.OrdinalIgnoreCase), IEquatable<NamedWeights>
{
    /// <summary>Returns the given weights, overridden by these.</summary>
    internal NamedWeights Over(IReadOnlyDictionary<string, float> weights)
    {
        var all = new NamedWeights();
        foreach (var (name, weight) in weights.Concat(this)) all[name] = weight;
        return all;
    }

    public bool Equals(NamedWeights? other) =>
        other?.Count == Count && other.All(weight => TryGetValue(weight.Key, out float own) && own == weight.Value);

    public override bool Equals(object? obj) => Equals(obj as NamedWeights);

    public override int GetHashCode() =>
        this.Aggregate(Count, (hash, weight) => hash ^ HashCode.Combine(Comparer.GetHashCode(weight.Key), weight.Value));
}

/// <summary>No weight is above a million or below its negative, so that sums do not overflow.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WeightsAttribute : ValidationAttribute
{
    private const float MaxWeight = 1_000_000;

    public override bool IsValid(object? value) => value is null || (value is NamedWeights weights && weights.Values.All(weight => Math.Abs(weight) <= MaxWeight));

    public override string FormatErrorMessage(string name) => $"The weights of {name} must be numbers from {-MaxWeight:N0} to {MaxWeight:N0}.";
}
