using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Projection;

/// <summary>Input of <see cref="UserProjection"/>.</summary>
/// <param name="UserIds">External ids, <c>[users]</c>.</param>
/// <param name="Vectors">Finite vectors of the users, <c>[users x dimensions]</c>.</param>
/// <param name="Clusters">Cluster of each user, any number, <c>[users]</c>.</param>
/// <param name="Seed">Seed of the sample and of the optimisation.</param>
/// <param name="Threads">Maximum number of threads; the result does not depend on it.</param>
/// <param name="Cancellation">Checked between epochs and chunks of users.</param>
public sealed record ProjectionInput(string[] UserIds, Matrix Vectors, int[] Clusters, int Seed, int Threads, CancellationToken Cancellation)
{
    /// <summary>The map that the new one continues; null: none.</summary>
    public FormerPlaces? Former { get; init; }

    /// <summary>Where neighbours are found: <c>cpu</c> or <c>cuda</c>. Default <c>cpu</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Receives the fraction that is done. Default: nothing does.</summary>
    public Action<double> Report { get; init; } = _ => { };
}

/// <summary>
/// Projects users on a plane so that similar ones are near each other: UMAP (McInnes, Healy and Melville, "UMAP: uniform manifold approximation and
/// projection for dimension reduction", 2018) from a start by principal components or by the former map. Of many users a sample is shown, so
/// that time and memory have a limit: under 1 KB for each of 20,000 users, and 32 bytes for each of all users, whatever the number of events.
/// </summary>
public static class UserProjection
{
    /// <summary>Maximum number of users on a map.</summary>
    public const int MaximumUsers = 20_000;

    /// <summary>Neighbours of a user: the default of UMAP.</summary>
    private const int Neighbours = 15;

    /// <summary>Epochs, and those of few points, by the defaults of UMAP.</summary>
    private const int Epochs = 200, EpochsOfFew = 500, FewPoints = 10_000;

    /// <summary>
    /// Length of the first moves, and that from a former map whose trustworthiness for the new vectors is <see cref="StillTrue"/> or more: all
    /// dots move less, and neighbourhoods are kept as well. When a tenth of the events is new, users move .06 of the map at 1 and .01 at .03.
    /// </summary>
    private const float FirstRate = 1, ContinuedRate = .03f;

    private const double StillTrue = .9;

    /// <summary>Projects the users.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static UserMap Create(ProjectionInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        input.Report(0);
        int[] rows = MapSample.Draw(input.UserIds, input.Clusters, MaximumUsers, input.Seed);
        var sample = input.Vectors.SelectRows(rows);
        int[] numbers = sample.DistinctNumbers();
        int[] firsts = [.. numbers.Index().DistinctBy(row => row.Item).Select(row => row.Index)];
        var points = sample.SelectRows(firsts);
        var former = input.Former?.Select(rows);
        var places = Place(points, former is null ? null : MeanPlaces(former, numbers, points.Rows), input);
        var kept = NeighbourhoodPreservation.Measure(points, places, input.Seed, input.Threads, input.Cancellation);
        var shown = places.SelectRows(numbers);
        former?.Align(shown);
        double? displacement = former?.MeanDisplacement(shown);
        input.Report(1);
        return new UserMap(rows, shown, new MapSummary
        {
            Method = MapSummary.Umap,
            Seed = input.Seed,
            Users = input.UserIds.Length,
            Sampled = rows.Length,
            Trustworthiness = kept?.Trustworthiness,
            Continuity = kept?.Continuity,
            MeanDisplacement = displacement,
            Notes = MapNotes.Of(points.Rows, kept, former is not null, displacement),
        });
    }

    /// <summary>Projects points that differ from each other.</summary>
    private static Matrix Place(Matrix points, Matrix? former, ProjectionInput input)
    {
        var (seed, threads, cancellation) = (input.Seed, input.Threads, input.Cancellation);
        var components = MapStart.PrincipalComponents(points, threads, cancellation);
        if (points.Rows == 1) return components;
        var graph = FuzzyGraph.Connect(points, Math.Min(Neighbours, points.Rows - 1), input.Device, threads, cancellation);
        var (places, rate) = (components, FirstRate);
        if (former is not null)
        {
            MapStart.Fill(former, graph, components);
            places = former;
            if (NeighbourhoodPreservation.Measure(points, places, seed, threads, cancellation)?.Trustworthiness >= StillTrue) rate = ContinuedRate;
        }

        MapStart.Scatter(places, seed);
        int epochs = points.Rows <= FewPoints ? EpochsOfFew : Epochs;
        NegativeSampling.Optimize(graph, places, epochs, rate, seed, threads, input.Report, cancellation);
        return places;
    }

    /// <summary>Returns the mean former place of the users with each vector, NaN without any; null where the former map shows too few users to start from.</summary>
    private static Matrix? MeanPlaces(FormerPlaces former, int[] numbers, int count)
    {
        var places = new Matrix(count, 2);
        int[] users = new int[count];
        for (int user = 0; user < numbers.Length; user++)
        {
            if (!former.Shows(user)) continue;
            for (int axis = 0; axis < 2; axis++) places.Row(numbers[user])[axis] += former.Points.Row(user)[axis];
            users[numbers[user]]++;
        }

        for (int point = 0; point < count; point++)
            for (int axis = 0; axis < 2; axis++) places.Row(point)[axis] /= users[point]; // 0 / 0 is NaN
        return 2 * users.Count(known => known > 0) >= count ? places : null;
    }
}
