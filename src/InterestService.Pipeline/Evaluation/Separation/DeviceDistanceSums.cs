using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Devices;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Evaluation.Separation;

/// <summary>
/// The sums of the distances of many points to each cluster, on a device of libtorch: products of two tiles give the distances, and their product
/// with the clusters, a 1 in the column of each point's own, the sums. The workspace does not grow with the points.
/// </summary>
internal sealed class DeviceDistanceSums : IDisposable
{
    /// <summary>Bytes of the distances between two tiles.</summary>
    private const long Workspace = 64 << 20;

    /// <summary>Bytes of a row for each cluster: its column of the clusters, and the sums of a tile and of all.</summary>
    private const long ClusterBytes = 16;

    /// <summary>Relative to the mean of <c>|x|^2 + |y|^2</c>: what float32 products cannot tell from 0.</summary>
    private const double Rounding = 1e-6;

    private readonly Matrix _matrix;
    private readonly DeviceRows _points;
    private readonly Tensor _clusters;
    private readonly Tensor _ones;
    private readonly int _clusterCount;
    private readonly ComputeDevice _device;
    private readonly float[] _origin;
    private readonly Tensor _smallest;

    /// <param name="points"><c>[points x columns]</c></param>
    /// <param name="clusters">Rows of each cluster, <c>[clusters]</c>.</param>
    /// <param name="device">The device.</param>
    public DeviceDistanceSums(Matrix points, int[][] clusters, ComputeDevice device)
    {
        _matrix = points;
        _device = device with { Memory = device.Memory / 2 };
        _clusterCount = clusters.Length;
        Matrix members = points.SelectRows([.. clusters.SelectMany(rows => rows)]);
        _origin = DeviceRows.Mean(members);
        double squared = Enumerable.Range(0, members.Rows).Sum(row => (double)RowMath.SquaredDistance(members.Row(row), _origin));
        using var scope = NewDisposeScope();
        _clusters = tensor(clusters.SelectMany((rows, c) => Enumerable.Repeat((long)c, rows.Length)).ToArray(), device: _device.Torch);
        _ones = ones(TileRows, 1, device: _device.Torch);
        _smallest = tensor((float)(Rounding * 2 * squared / members.Rows), device: _device.Torch);
        _points = Rows(members); // last: what fails before or in it leaves nothing on the device
        scope.Detach(_clusters, _ones, _smallest);
    }

    private int TileRows => Math.Min(_device.PairedTileRows(Workspace), _device.TileRows(Workspace, ClusterBytes * _clusterCount));

    /// <summary>Computes the sums of the distances of some points, a tile at a time.</summary>
    /// <param name="rows">Rows of the points.</param>
    /// <param name="receive">Receives the place of a tile's first point among the rows and the sums, <c>[points of the tile x clusters]</c>.</param>
    /// <param name="cancellation">Checked before each tile.</param>
    public void ForEach(int[] rows, Action<int, double[]> receive, CancellationToken cancellation)
    {
        using var compared = Rows(_matrix.SelectRows(rows));
        for (int tile = 0; tile < compared.Tiles; tile++)
        {
            using var scope = NewDisposeScope();
            var left = compared.Tile(tile);
            var squaredNorms = compared.SquaredNorms(left).unsqueeze(1);
            var total = zeros(compared.Count(tile), _clusterCount, float64, _device.Torch);
            for (int at = 0; at < _points.Tiles; at++)
            {
                cancellation.ThrowIfCancellationRequested();
                Add(left, squaredNorms, at, total);
            }

            receive(compared.First(tile), total.cpu().data<double>().ToArray());
        }
    }

    public void Dispose()
    {
        _points.Dispose();
        _clusters.Dispose();
        _ones.Dispose();
        _smallest.Dispose();
    }

    private DeviceRows Rows(Matrix points) => new(points, _device, TileRows, _origin);

    /// <summary>Adds the distances of rows to those of a tile.</summary>
    private void Add(Tensor rows, Tensor squaredNorms, int tile, Tensor total)
    {
        using var scope = NewDisposeScope();
        var scores = rows.mm(_points.Negated(_points.Tile(tile)).t());
        // |x - y|^2 = |x|^2 + 2 score; a point has no distance to itself and its copies.
        var squared = scores.Accumulate(scores).Accumulate(squaredNorms);
        var distances = squared.mul_(squared.gt(_smallest)).sqrt_();
        var clusters = _clusters.narrow(0, _points.First(tile), _points.Count(tile)).unsqueeze(1);
        var members = zeros(_points.Count(tile), _clusterCount, device: _device.Torch).scatter_(1, clusters, _ones.narrow(0, 0, _points.Count(tile)));
        total.Accumulate(distances.mm(members).to(float64));
    }
}
