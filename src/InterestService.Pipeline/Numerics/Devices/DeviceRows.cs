using TorchSharp;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Numerics.Devices;

/// <summary>
/// The rows of a matrix on a device, in tiles: all of them from the beginning where they fit, else each while it is read. Each row <c>x</c> is
/// stored as <c>[x, 1]</c>, so that its product with <c>[-y, |y|^2 / 2]</c> is the score <c>|y|^2 / 2 - x.y</c>, which orders points
/// <c>y</c> as their distance from <c>x</c> does: <c>|x - y|^2 = |x|^2 + 2 score</c>.
/// </summary>
internal sealed class DeviceRows : IDisposable
{
    /// <summary>A row begins at a multiple of 16 bytes, as the quick kernels of products require.</summary>
    private const int Alignment = 4;

    private static readonly Scalar _half = .5;

    private readonly Matrix _matrix;
    private readonly Device _device;
    private readonly Tensor? _origin; // negated
    private readonly Tensor[] _resident;

    /// <param name="matrix"><c>[rows x columns]</c>; read again for each tile where the rows do not fit.</param>
    /// <param name="device">The device; of its memory, three quarters are for the rows.</param>
    /// <param name="tileRows">Maximum number of rows of a tile.</param>
    /// <param name="origin">Subtracted from each row, <c>[columns]</c>; null: nothing.</param>
    public DeviceRows(Matrix matrix, ComputeDevice device, int tileRows, float[]? origin = null)
    {
        (_matrix, _device, TileRows) = (matrix, device.Torch, Math.Min(tileRows, matrix.Rows));
        Width = WidthOf(matrix.Columns);
        Tiles = (matrix.Rows + TileRows - 1) / TileRows;
        using var scope = NewDisposeScope();
        _origin = origin is null ? null : tensor(origin, device: _device).neg();
        bool fits = (long)matrix.Rows * Width * sizeof(float) <= device.Memory / 4 * 3;
        _resident = fits ? [.. Enumerable.Range(0, Tiles).Select(Upload)] : [];
        scope.Detach(_resident);
        if (_origin is not null) scope.Detach(_origin);
    }

    /// <summary>Number of rows of each tile except the last, which may have fewer.</summary>
    public int TileRows { get; }

    /// <summary>Number of tiles.</summary>
    public int Tiles { get; }

    /// <summary>Columns of a tile: those of the matrix, the 1 and zeros.</summary>
    public int Width { get; }

    /// <summary>Computes the mean of the rows, an origin relative to which the digits of float32 serve the differences, <c>[columns]</c>.</summary>
    public static float[] Mean(Matrix matrix)
    {
        double[] sums = new double[matrix.Columns];
        for (int row = 0; row < matrix.Rows; row++) RowMath.Add(sums, matrix.Row(row), 1);
        return Array.ConvertAll(sums, sum => (float)(sum / matrix.Rows));
    }

    /// <summary>Columns that rows of some columns have on a device.</summary>
    public static int WidthOf(int columns) => (columns + 1 + Alignment - 1) / Alignment * Alignment;

    /// <summary>Returns the first row of a tile.</summary>
    public int First(int tile) => tile * TileRows;

    /// <summary>Returns the number of rows of a tile.</summary>
    public int Count(int tile) => Math.Min(TileRows, _matrix.Rows - First(tile));

    /// <summary>Returns a tile, <c>[rows x width]</c>, until the scope of the caller ends.</summary>
    public Tensor Tile(int tile) => _resident.Length > 0 ? _resident[tile] : Upload(tile);

    /// <summary>Returns the rows of a tile as <c>[-y, |y|^2 / 2]</c>, <c>[rows x width]</c>.</summary>
    public Tensor Negated(Tensor tile)
    {
        int columns = _matrix.Columns;
        var negated = tile.neg();
        negated.select(1, columns).copy_(SquaredNorms(tile).mul_(_half));
        return negated;
    }

    /// <summary>Computes the squared length of each row of a tile, <c>[rows]</c>.</summary>
    public Tensor SquaredNorms(Tensor tile)
    {
        var values = tile.narrow(1, 0, _matrix.Columns);
        return (values * values).sum(1);
    }

    public void Dispose()
    {
        _origin?.Dispose();
        foreach (var tile in _resident) tile.Dispose();
    }

    private Tensor Upload(int tile)
    {
        var (count, columns) = (Count(tile), _matrix.Columns);
        using var scope = NewDisposeScope();
        var rows = ones(count, Width, device: _device);
        rows.narrow(1, columns + 1, Width - columns - 1).zero_();
        var values = rows.narrow(1, 0, columns);
        values.copy_(frombuffer(_matrix.Values, float32, (long)count * columns, (long)First(tile) * columns).view(count, columns));
        if (_origin is not null) values.Accumulate(_origin);
        return rows.MoveToOuterDisposeScope();
    }
}
