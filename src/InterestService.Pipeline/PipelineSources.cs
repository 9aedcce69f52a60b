using InterestService.Pipeline.Events;
using InterestService.Pipeline.Lineage;

namespace InterestService.Pipeline;

/// <summary>What the pipeline asks for beside the events. Each is called once, on the calling thread.</summary>
/// <param name="Describe">What the catalogue says of some items, in their order.</param>
/// <param name="KnownGroups">The group that each of some users is known to be in, in their order; null: not known.</param>
public sealed record PipelineSources(
    Func<IReadOnlyList<string>, IReadOnlyList<ItemDescription>> Describe,
    Func<IReadOnlyList<string>, IReadOnlyList<string?>> KnownGroups)
{
    /// <summary>
    /// Where an earlier clustering of the same kind has some users, so that they stay there unless something changed; null: there is none.
    /// </summary>
    public Func<IReadOnlyList<string>, PreviousUsers?> Previous { get; init; } = _ => null;
}
