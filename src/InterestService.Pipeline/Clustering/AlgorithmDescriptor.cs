using InterestService.Pipeline.Options;

namespace InterestService.Pipeline.Clustering;

/// <summary>Describes a clustering algorithm to the rest of the program. An algorithm is registered by its descriptor alone.</summary>
/// <param name="name">Its name in requests.</param>
public abstract class AlgorithmDescriptor(string name)
{
    /// <summary>Its name in requests.</summary>
    public string Name => name;

    /// <summary>Whether it takes the number of clusters; the density algorithms do not.</summary>
    public bool TakesClusterCount { get; init; }

    /// <summary>Whether it finds the number of clusters where none is given.</summary>
    public bool FindsClusterCount { get; init; }

    /// <summary>Whether a user's cluster is that of the nearest centroid, so that rounds over more users move the centroids.</summary>
    public bool IsCentroidBased { get; init; }

    /// <summary>Whether it is another implementation, for comparisons only.</summary>
    public bool IsReference { get; init; }

    /// <summary>The record of its options.</summary>
    public abstract Type OptionsType { get; }

    /// <summary>Clusters unit-length points.</summary>
    /// <param name="input">Points, number of clusters, seed, threads.</param>
    /// <param name="values">Options; those that the algorithm does not have are ignored.</param>
    /// <returns>Fewer clusters than <see cref="AlgorithmInput.Clusters"/> only if there are fewer distinct points.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public abstract AlgorithmResult Fit(AlgorithmInput input, OptionValues values);
}

/// <summary>An algorithm with its own record of options.</summary>
/// <typeparam name="TOptions">
/// The record; each of its properties can be set by name. Properties Clusters, Seed, Threads and Device, where it has them, are set from the input.
/// </typeparam>
/// <param name="name">Its name in requests.</param>
/// <param name="fit">Clusters points.</param>
internal sealed class AlgorithmDescriptor<TOptions>(string name, Func<AlgorithmInput, TOptions, AlgorithmResult> fit) : AlgorithmDescriptor(name)
    where TOptions : class
{
    public override Type OptionsType => typeof(TOptions);

    public override AlgorithmResult Fit(AlgorithmInput input, OptionValues values)
    {
        var own = values.With("clusters", input.Clusters).With("seed", input.Seed).With("threads", input.Threads).With("device", input.Device);
        return fit(input, own.Bind<TOptions>());
    }
}
