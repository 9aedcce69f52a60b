using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Devices;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Clustering.KMeans;

/// <summary>
/// The assignment on a device of libtorch, in two products of each tile of points: the one with the centroids scores them, the one with the
/// labels, a 1 in the column of the cluster, sums and counts the points. Sums, counts and the number of moved points come back; the labels stay
/// until they are asked for. Products are float32 and the sums of tiles float64, added in their order and without atomic operations: the same
/// points give the same bytes on the same device. Memory is that of the points, where they fit, 16 bytes a point and the workspace of a tile.
/// </summary>
internal sealed class DeviceAssignment : IAssignment
{
    /// <summary>Bytes of the scores of a tile: some dozens of calls of libtorch, which take as long as their arithmetic, for 1,000,000 points.</summary>
    private const long Workspace = 128 << 20;

    private readonly TrainingPoints _points;
    private readonly CancellationToken _cancellation;
    private readonly Device _device;
    private readonly DeviceRows _rows;
    private readonly Tensor _labels;
    private readonly Tensor _kept;
    private readonly Tensor _ones;

    public DeviceAssignment(TrainingPoints points, int clusters, ComputeDevice device, CancellationToken cancellation)
    {
        (_points, _cancellation, _device) = (points, cancellation, device.Torch);
        Matrix matrix = points.Matrix;
        Sums = new ClusterSums(points, clusters, new RowChunks(matrix.Rows, 1, cancellation, minimum: matrix.Rows));
        long rowBytes = sizeof(float) * (clusters + DeviceRows.WidthOf(matrix.Columns));
        int tileRows = Math.Min(matrix.Rows, device.TileRows(Workspace, rowBytes));
        using var scope = NewDisposeScope();
        _labels = ones(matrix.Rows, int64, _device).neg_();
        _kept = zeros(matrix.Rows, int64, _device);
        _ones = ones(tileRows, 1, device: _device);
        _rows = new DeviceRows(matrix, device, tileRows); // last: what fails before or in it leaves nothing on the device
        scope.Detach(_labels, _kept, _ones);
    }

    public ClusterSums Sums { get; }

    public int[] Labels()
    {
        using var scope = NewDisposeScope();
        return _labels.to(int32).cpu().data<int>().ToArray();
    }

    public long Assign(Matrix centroids)
    {
        using var scope = NewDisposeScope();
        var scored = tensor(Padded(centroids, -1, c => RowMath.SquaredNorm(centroids.Row(c)) / 2), centroids.Rows, _rows.Width, device: _device).t();
        var sums = zeros(centroids.Rows, _rows.Width, float64, _device);
        var moved = zeros(1, int64, _device);
        for (int tile = 0; tile < _rows.Tiles; tile++)
        {
            _cancellation.ThrowIfCancellationRequested();
            Assign(tile, scored, sums, moved);
        }

        Load(sums.cpu().data<double>().ToArray());
        return moved.cpu().data<long>()[0];
    }

    public int Reseed(Matrix centroids)
    {
        if (!Sums.Counts.Contains(0)) return 0;
        int[] labels = Labels();
        int reseeded = new EmptyClusters(_points, Sums, centroids, labels).Reseed();
        using var scope = NewDisposeScope();
        _labels.copy_(tensor(labels));
        return reseeded;
    }

    public double Inertia(Matrix centroids)
    {
        using var scope = NewDisposeScope();
        var means = tensor(Padded(centroids, 1, _ => 1), centroids.Rows, _rows.Width, device: _device);
        var inertia = zeros(1, float64, _device);
        for (int tile = 0; tile < _rows.Tiles; tile++)
        {
            _cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var own = means.index_select(0, _labels.narrow(0, _rows.First(tile), _rows.Count(tile)));
            // From differences: that of the sums and the squared lengths has no digits left where clusters are small.
            inertia.Accumulate(nn.functional.mse_loss(_rows.Tile(tile), own, nn.Reduction.Sum).to(float64));
        }

        return inertia.cpu().data<double>()[0];
    }

    public void Keep()
    {
        using var scope = NewDisposeScope();
        _kept.copy_(_labels);
    }

    public void Restore()
    {
        using var scope = NewDisposeScope();
        _labels.copy_(_kept);
    }

    public void Dispose()
    {
        _rows.Dispose();
        _labels.Dispose();
        _kept.Dispose();
        _ones.Dispose();
    }

    private void Assign(int tile, Tensor scored, Tensor sums, Tensor moved)
    {
        using var scope = NewDisposeScope();
        int count = _rows.Count(tile);
        var rows = _rows.Tile(tile); // [tile x width]
        var scores = rows.mm(scored); // [tile x clusters]
        var labels = _labels.narrow(0, _rows.First(tile), count);
        var nearest = scores.argmin(1);
        moved.Accumulate(nearest.ne(labels).sum());
        labels.copy_(nearest);
        var members = scores.zero_().scatter_(1, nearest.unsqueeze(1), _ones.narrow(0, 0, count));
        sums.Accumulate(members.t().mm(rows).to(float64));
    }

    /// <summary>Returns the centroids, each times a sign and with another value behind it, as wide as the rows, <c>[clusters x width]</c>.</summary>
    private float[] Padded(Matrix centroids, int sign, Func<int, double> last)
    {
        float[] padded = new float[centroids.Rows * _rows.Width];
        for (int c = 0; c < centroids.Rows; c++)
        {
            Span<float> row = padded.AsSpan(c * _rows.Width, _rows.Width);
            for (int j = 0; j < centroids.Columns; j++)
                row[j] = sign * centroids.Row(c)[j];
            row[centroids.Columns] = (float)last(c);
        }

        return padded;
    }

    /// <summary>Loads the sums of the rows, whose column of ones holds the counts.</summary>
    private void Load(double[] sums)
    {
        for (int c = 0; c < Sums.Counts.Length; c++)
        {
            ReadOnlySpan<double> sum = sums.AsSpan(c * _rows.Width, _rows.Width);
            Sums.Load(c, sum[.._points.Matrix.Columns], (int)sum[_points.Matrix.Columns]);
        }

        Sums.Reduce();
    }
}
