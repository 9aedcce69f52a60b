namespace InterestService.Api.Storage;

/// <summary>How much of everyone's attention went to something when a clustering was made; what a user's lift is measured against.</summary>
internal sealed class PopulationShare
{
    public required Guid ClusteringId { get; init; }

    /// <summary><c>category</c>, <c>item</c> or <c>term</c>.</summary>
    public required string Dimension { get; init; }

    public required string Name { get; init; }

    /// <summary>0 to 1.</summary>
    public required double Share { get; init; }
}
