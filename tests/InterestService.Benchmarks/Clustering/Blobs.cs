using System.Runtime.InteropServices;
using InterestService.Pipeline.Numerics;

namespace InterestService.Benchmarks.Clustering;

/// <summary>Generates normally distributed points around random centres; the groups overlap.</summary>
internal sealed class Blobs : IDisposable
{
    /// <summary>Generates the points and writes them to files.</summary>
    /// <param name="rows">Number of points.</param>
    /// <param name="columns">Number of dimensions.</param>
    /// <param name="centres">Number of centres.</param>
    /// <param name="spread">Standard deviation of the centres; that of the points around their centre is 1.</param>
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

    /// <summary>Index of the centre of each point.</summary>
    public int[] Labels { get; }

    /// <summary>Path of a file with the points as float32, row by row.</summary>
    public string PointsFile { get; }

    /// <summary>Path of a file with the labels as int32.</summary>
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
