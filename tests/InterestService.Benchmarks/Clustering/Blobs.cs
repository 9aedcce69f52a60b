using System.Runtime.InteropServices;
using InterestService.Pipeline.Numerics;

namespace InterestService.Benchmarks.Clustering;

/// <summary>Points around random centres, and some between: overlapping enough that an algorithm has to work.</summary>
internal sealed class Blobs : IDisposable
{
    /// <param name="rows">Points.</param>
    /// <param name="columns">Length of a point.</param>
    /// <param name="centres">How many centres.</param>
    /// <param name="spread">Standard deviation of the centres; the points lie around theirs with one of 1.</param>
    public Blobs(int rows, int columns, int centres, double spread)
    {
        var random = new Random(1);
        float[] means = [.. Enumerable.Range(0, centres * columns).Select(_ => (float)(spread * Normal(random)))];
        Points = new Matrix(rows, columns);
        Labels = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            Labels[row] = random.Next(centres);
            var point = Points.Row(row);
            for (int j = 0; j < columns; j++) point[j] = means[(Labels[row] * columns) + j] + (float)Normal(random);
        }

        PointsFile = Write(Points.Values);
        LabelsFile = Write(Labels);
    }

    public Matrix Points { get; }

    /// <summary>The centre of each point.</summary>
    public int[] Labels { get; }

    /// <summary>The points as float32, row after row.</summary>
    public string PointsFile { get; }

    /// <summary>The labels as int32.</summary>
    public string LabelsFile { get; }

    public void Dispose()
    {
        File.Delete(PointsFile);
        File.Delete(LabelsFile);
    }

    private static string Write<T>(T[] values)
        where T : struct
    {
        string path = Path.GetTempFileName();
        using var file = File.OpenWrite(path);
        file.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        return path;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
