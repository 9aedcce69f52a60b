namespace InterestService.Pipeline.Profiling;

/// <summary>How much of everyone's attention goes to something; what a single user's share is compared with.</summary>
/// <param name="Dimension"><c>category</c>, <c>item</c> or <c>term</c>.</param>
/// <param name="Name">The category, item id or term.</param>
/// <param name="Share">Mean part of a user's attention, 0 to 1.</param>
public sealed record PopulationShare(string Dimension, string Name, double Share);
