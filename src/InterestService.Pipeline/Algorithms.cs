using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Clustering.Density;
using InterestService.Pipeline.Clustering.Graph;
using InterestService.Pipeline.Clustering.Hierarchical;
using InterestService.Pipeline.Clustering.KMeans;

namespace InterestService.Pipeline;

/// <summary>The registered clustering algorithms. What requests may name and set, and how that is described, follows from this list.</summary>
public static class Algorithms
{
    /// <summary>In the order in which they are offered; the first is the default. The references come last.</summary>
    public static IReadOnlyList<AlgorithmDescriptor> All { get; } =
    [
        KMeansAlgorithm.Descriptor,
        Dbscan.Descriptor,
        Hdbscan.Descriptor,
        Agglomerative.Descriptor,
        LeidenClustering.Descriptor,
        MicrosoftMLKMeans.Descriptor,
    ];

    /// <summary>The names that clusterings may use, in the same order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Where(algorithm => !algorithm.IsReference).Select(algorithm => algorithm.Name)];

    /// <summary>The names that comparisons may use: those of the references too.</summary>
    public static IReadOnlyList<string> ComparisonNames { get; } = [.. All.Select(algorithm => algorithm.Name)];

    /// <summary>Returns the algorithm with the given name.</summary>
    /// <exception cref="ArgumentException">No algorithm has this name.</exception>
    public static AlgorithmDescriptor Named(string name) =>
        All.FirstOrDefault(algorithm => algorithm.Name == name) ?? throw new ArgumentException($"There is no algorithm '{name}'.", nameof(name));
}
