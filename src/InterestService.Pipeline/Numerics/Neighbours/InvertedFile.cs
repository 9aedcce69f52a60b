using System.Numerics.Tensors;

namespace InterestService.Pipeline.Numerics.Neighbours;

/// <summary>
/// Vectors in lists by cluster. A search scans the lists in the order of their centroids' similarity until the result no longer changes,
/// and is exact within these (an inverted file: Sivic and Zisserman, "Video Google", ICCV 2003; Jégou, Douze and Schmid, "Product
/// quantization for nearest neighbor search", TPAMI 2011, here with whole vectors). Well separated clusters cost little; where clusters
/// overlap, nearly all are scanned. The measured recall of the 20 nearest in synthetic clusters with a cohesion of .43 to .77 is .98 or
/// more.
/// </summary>
public sealed class InvertedFile
{
    /// <summary>Minimum number of lists that a search scans.</summary>
    private const int MinLists = 8;

    /// <summary>
    /// A search ends when this fraction of all vectors, scanned consecutively, has not changed the result. At .1, recall is .93.
    /// </summary>
    private const double Patience = .2;

    private readonly Matrix _vectors; // ordered by list
    private readonly int[] _rows;
    private readonly int[] _positions;
    private readonly int[] _offsets;
    private readonly Matrix _centroids;

    /// <param name="vectors">Rows of unit length, <c>[rows x dimensions]</c>; copied.</param>
    /// <param name="lists">The list of each row, arbitrary numbers, <c>[rows]</c>.</param>
    public InvertedFile(Matrix vectors, IReadOnlyList<int> lists)
    {
        _rows = [.. Enumerable.Range(0, vectors.Rows).OrderBy(row => lists[row])];
        _positions = new int[vectors.Rows];
        _vectors = vectors.SelectRows(_rows);
        var offsets = new List<int>();
        for (int position = 0; position < _rows.Length; position++)
        {
            int row = _rows[position];
            _positions[row] = position;
            if (position == 0 || lists[row] != lists[_rows[position - 1]]) offsets.Add(position);
        }

        _offsets = [.. offsets, _rows.Length];
        _centroids = Centroids();
    }

    /// <summary>The vector of a row, <c>[dimensions]</c>.</summary>
    public ReadOnlySpan<float> this[int row] => _vectors.Row(_positions[row]);

    /// <summary>Finds the rows with the highest cosines.</summary>
    /// <param name="query">Vector of unit length, <c>[dimensions]</c>.</param>
    /// <param name="count">Maximum number of rows.</param>
    /// <param name="accept">Returns whether a row may be in the result; called only for rows that would otherwise be.</param>
    /// <returns>The most similar first.</returns>
    public List<(int Row, float Similarity)> Search(ReadOnlySpan<float> query, int count, Func<int, bool> accept)
    {
        var found = new PriorityQueue<int, float>(count + 1);
        int lists = 0, idle = 0;
        foreach (int list in NearestLists(query))
        {
            if (lists++ >= MinLists && idle >= Patience * _rows.Length && found.Count == count) break;
            idle += _offsets[list + 1] - _offsets[list];
            for (int position = _offsets[list]; position < _offsets[list + 1]; position++)
            {
                float similarity = TensorPrimitives.Dot(query, _vectors.Row(position));
                if (found.Count == count && found.TryPeek(out _, out float lowest) && similarity <= lowest) continue;
                if (!accept(_rows[position])) continue;
                if (found.Count == count) found.EnqueueDequeue(_rows[position], similarity);
                else found.Enqueue(_rows[position], similarity);
                idle = 0;
            }
        }

        return
        [
            .. found.UnorderedItems.Select(row => (Row: row.Element, Similarity: row.Priority))
                .OrderByDescending(row => row.Similarity).ThenBy(row => row.Row),
        ];
    }

    private int[] NearestLists(ReadOnlySpan<float> query)
    {
        float[] distances = new float[_centroids.Rows];
        int[] order = new int[_centroids.Rows];
        for (int list = 0; list < order.Length; list++)
            (distances[list], order[list]) = (-TensorPrimitives.Dot(query, _centroids.Row(list)), list);
        Array.Sort(distances, order);
        return order;
    }

    private Matrix Centroids()
    {
        var centroids = new Matrix(_offsets.Length - 1, _vectors.Columns);
        for (int list = 0; list < centroids.Rows; list++)
        {
            var centroid = centroids.Row(list);
            for (int position = _offsets[list]; position < _offsets[list + 1]; position++)
                TensorPrimitives.Add(centroid, _vectors.Row(position), centroid);
            float length = TensorPrimitives.Norm<float>(centroid);
            if (length > 0) TensorPrimitives.Divide(centroid, length, centroid);
        }

        return centroids;
    }
}
