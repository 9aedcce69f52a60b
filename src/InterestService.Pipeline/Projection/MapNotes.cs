namespace InterestService.Pipeline.Projection;

/// <summary>What is to be known of the figures of a map.</summary>
internal static class MapNotes
{
    /// <param name="points">Different vectors on the map.</param>
    /// <param name="kept">How far neighbourhoods are kept; null: not defined.</param>
    /// <param name="continued">Whether there was an earlier map.</param>
    /// <param name="displacement">Mean displacement; null: not defined.</param>
    /// <returns>Notes by the name of the figure.</returns>
    public static IReadOnlyDictionary<string, string> Of(int points, NeighbourhoodPreservation? kept, bool continued, double? displacement)
    {
        var notes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        string? neighbourhoods = kept is null
            ? $"It needs {NeighbourhoodPreservation.MinimumPoints} users with different vectors, and the map shows {points}."
            : kept.SampleSize < points ? $"It is a mean over a sample of {kept.SampleSize} of the {points} different vectors." : null;
        if (neighbourhoods is not null) notes["trustworthiness"] = notes["continuity"] = neighbourhoods;
        if (displacement is null)
            notes["meanDisplacement"] = continued ? "No user whose cluster persists is on both maps." : "There was no earlier map to continue.";
        return notes;
    }
}
