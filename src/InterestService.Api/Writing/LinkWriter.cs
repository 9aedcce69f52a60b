using InterestService.Api.Publishing;
using InterestService.Api.Reading;
using InterestService.Api.Storage.Copying;
using InterestService.Api.Storage.Queries;
using Npgsql;

namespace InterestService.Api.Writing;

/// <summary>Links the ids of one person.</summary>
internal sealed class LinkWriter(NpgsqlDataSource database, PlaceholderIds placeholders) : UploadWriter(database)
{
    protected override string StagingSql => UserLinks.StagingSql;

    protected override string CopySql => "COPY staged_links (ordinal, user_id, alias) FROM STDIN (FORMAT binary)";

    private const string RemoveErased = $"DELETE FROM staged_links WHERE ARRAY[user_id, alias] && {Erasures.SinceSql}";

    // Kept as they were sent, so that each can be taken back.
    private const string Keep = """
        INSERT INTO user_joins (user_id, alias, sent_at)
        SELECT user_id, alias, clock_timestamp() FROM staged_links WHERE user_id <> alias ORDER BY ordinal ON CONFLICT DO NOTHING
        """;

    protected override bool Stage(Row row, CopyWriter copy)
    {
        if (row.Fault is not null) return false;
        var userId = row.RequireId(LinkFields.UserId);
        var alias = row.RequireId(LinkFields.Alias);
        placeholders.Check(row, LinkFields.UserId);
        placeholders.Check(row, LinkFields.Alias);
        if (row.Fault is not null) return false;
        copy.BeginRow(3);
        copy.Write(Staged);
        copy.Write(userId);
        copy.Write(alias);
        return true;
    }

    protected override async Task<long> MergeAsync(CancellationToken cancellationToken)
    {
        await PeopleChanges.LockAsync(Connection, cancellationToken);
        await ExecuteAsync(RemoveErased, cancellationToken);
        long added = await ExecuteAsync(Keep, cancellationToken);
        await ExecuteAsync(UserLinks.MergeSql, cancellationToken);
        long joined = await CountAsync("SELECT count(*) FROM joined_links", cancellationToken);
        if (joined > 0) await PeopleChanges.AnnounceAsync(Connection, links: true, cancellationToken);
        return added;
    }
}

/// <summary>The fields of a link, by their position in <see cref="Schema"/>.</summary>
internal static class LinkFields
{
    public const int UserId = 0;
    public const int Alias = 1;

    public static readonly UploadSchema Schema = new("links", new("userId", Required: true), new("alias", Required: true));
}
