namespace InterestService.Api.Jobs;

/// <summary>A kind of long work, with a table of its own.</summary>
/// <param name="Name">For people.</param>
/// <param name="Table">Where its rows are.</param>
internal sealed record JobKind(string Name, string Table)
{
    public static readonly JobKind Clustering = new("Clustering", "clusterings");
    public static readonly JobKind Comparison = new("Comparison", "comparisons");
}
