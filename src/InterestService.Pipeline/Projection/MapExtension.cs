using System.IO.Hashing;
using System.Runtime.InteropServices;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Projection;

/// <summary>
/// Fills a map that shows fewer users than it may with users who come later, without moving anyone: each at the mean place of the nearest neighbours on
/// it, with their weights in UMAP's graph. It is where UMAP's transform of new points begins. Immutable.
/// </summary>
public sealed class MapExtension
{
    private const int Neighbours = 15;

    /// <summary>The draw is by chance, and the limit holds all the same.</summary>
    private const double Reserve = .98;

    private readonly Matrix _vectors;
    private readonly Matrix _places;
    private readonly double _fraction;

    /// <param name="vectors">Vectors of the users on the map, <c>[shown x dimensions]</c>.</param>
    /// <param name="places">Their places, <c>[shown x 2]</c>.</param>
    /// <param name="others">Number of users who come later.</param>
    public MapExtension(Matrix vectors, Matrix places, long others)
    {
        (_vectors, _places) = (vectors, places);
        _fraction = vectors.Rows == 0 || others == 0 ? 0 : Math.Max(0, Reserve * (UserProjection.MaximumUsers - vectors.Rows) / others);
    }

    /// <summary>Returns whether a user who comes later is shown: as many of all as there is room for, by a hash of their ids.</summary>
    public bool Shows(string userId) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(userId.AsSpan())) < _fraction * ulong.MaxValue;

    /// <summary>Returns the place of a user.</summary>
    /// <param name="vector"><c>[dimensions]</c></param>
    public (float X, float Y) Place(ReadOnlySpan<float> vector)
    {
        int count = Math.Min(Neighbours, _vectors.Rows);
        double[] distances = new double[count];
        int[] rows = new int[count];
        Array.Fill(distances, double.PositiveInfinity);
        for (int row = 0; row < _vectors.Rows; row++)
        {
            double squared = RowMath.SquaredDistance(vector, _vectors.Row(row));
            if (squared >= distances[^1]) continue;
            int at = count - 1;
            for (; at > 0 && distances[at - 1] > squared; at--) (distances[at], rows[at]) = (distances[at - 1], rows[at - 1]);
            (distances[at], rows[at]) = (squared, row);
        }

        if (distances[0] == 0) return (_places.Row(rows[0])[0], _places.Row(rows[0])[1]); // users with the same vector have the same place
        float[] weights = new float[count];
        FuzzyGraph.Weigh(Array.ConvertAll(distances, Math.Sqrt), weights);
        float x = 0, y = 0, sum = 0;
        for (int i = 0; i < count; i++)
        {
            x += weights[i] * _places.Row(rows[i])[0];
            y += weights[i] * _places.Row(rows[i])[1];
            sum += weights[i];
        }

        return (x / sum, y / sum);
    }
}
