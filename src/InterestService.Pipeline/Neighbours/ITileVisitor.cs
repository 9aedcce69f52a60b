namespace InterestService.Pipeline.Neighbours;

/// <summary>Takes the squared distances of up to 6 rows to 16 others.</summary>
internal unsafe interface ITileVisitor
{
    /// <summary>The largest squared distance that still matters to one of these rows; below 0: none does.</summary>
    float Limit(int row, int count);

    /// <param name="row">Position of the first row among those that were asked about.</param>
    /// <param name="count">Rows of the tile, 1 to 6; what follows them repeats the last one.</param>
    /// <param name="lane">Position of the first of the 16 others among those laid out.</param>
    /// <param name="tile">Squared distances, <c>[6 x 16]</c>; infinity where the others end.</param>
    void Visit(int row, int count, int lane, float* tile);
}
