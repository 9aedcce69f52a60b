using System.Numerics.Tensors;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.LinearAlgebra;

namespace InterestService.Pipeline.Projection;

/// <summary>Places from which the optimisation starts. Its result depends on them as much as on the graph (Kobak and Linderman 2021).</summary>
internal static class MapStart
{
    /// <summary>Largest coordinate of a start by principal components.</summary>
    private const float Extent = 10;

    /// <summary>Standard deviation of the noise by which points with the same place part.</summary>
    private const float Noise = 1e-4f;

    /// <summary>Rounds in which points without a former place get one from their neighbours.</summary>
    private const int Rounds = 10;

    /// <summary>Projects points on the two directions in which they extend most.</summary>
    public static Matrix PrincipalComponents(Matrix points, int threads, CancellationToken cancellation)
    {
        float[] mean = UnitRows.Mean(points).Values, centred = new float[points.Columns];
        var directions = LeadingDirections.Compute(points, 2, mean, threads, cancellation);
        var places = new Matrix(points.Rows, 2);
        for (int point = 0; point < points.Rows; point++)
        {
            TensorPrimitives.Subtract(points.Row(point), mean, centred);
            for (int axis = 0; axis < 2; axis++) places.Row(point)[axis] = RowMath.Dot(centred, directions.Row(axis));
        }

        float largest = TensorPrimitives.MaxMagnitude<float>(places.Values);
        if (largest != 0) TensorPrimitives.Multiply(places.Values, Extent / Math.Abs(largest), places.Values);
        return places;
    }

    /// <summary>Fills the places of points that have none with the mean of their neighbours' places, the nearest first.</summary>
    /// <param name="places"><c>[points x 2]</c>, NaN without a place; changed.</param>
    /// <param name="graph">Neighbours of the points.</param>
    /// <param name="others">Places of points that no neighbour leads to, <c>[points x 2]</c>.</param>
    public static void Fill(Matrix places, FuzzyGraph graph, Matrix others)
    {
        for (int round = 0; round < Rounds; round++)
        {
            var before = new Matrix(places.Rows, 2, [.. places.Values]);
            for (int point = 0; point < places.Rows; point++)
                if (!HasPlace(before, point)) FillFromNeighbours(places.Row(point), before, graph, point);
        }

        for (int point = 0; point < places.Rows; point++)
            if (!HasPlace(places, point)) others.Row(point).CopyTo(places.Row(point));
    }

    /// <summary>Adds the noise.</summary>
    public static void Scatter(Matrix places, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < places.Values.Length; i++) places.Values[i] += Noise * (float)random.NextNormal();
    }

    private static void FillFromNeighbours(Span<float> place, Matrix places, FuzzyGraph graph, int point)
    {
        float x = 0, y = 0, strength = 0;
        var neighbours = graph.NeighboursOf(point);
        for (int i = 0; i < neighbours.Length; i++)
        {
            if (!HasPlace(places, neighbours[i])) continue;
            float weight = graph.WeightsOf(point)[i];
            x += weight * places.Row(neighbours[i])[0];
            y += weight * places.Row(neighbours[i])[1];
            strength += weight;
        }

        if (strength > 0) (place[0], place[1]) = (x / strength, y / strength);
    }

    private static bool HasPlace(Matrix places, int point) => !float.IsNaN(places.Row(point)[0]);
}
