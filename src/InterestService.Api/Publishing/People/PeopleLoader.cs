using System.Collections;
using InterestService.Api.Storage.Copying;
using InterestService.Api.Storage.Queries;
using Npgsql;

namespace InterestService.Api.Publishing.People;

/// <summary>Reads who the users of a published clustering are now. All reads of one call must see one moment.</summary>
internal static class PeopleLoader
{
    /// <summary>Reads the persons for rows that have just been read.</summary>
    public static async Task<CurrentPeople> LoadAsync(NpgsqlConnection connection, AssignedUsers users, CancellationToken cancellation) =>
        new(users, null, await ReadLinksAsync(connection, users, null, cancellation), await ReadOptedOutAsync(connection, cancellation));

    /// <summary>Reads the persons again for the same rows.</summary>
    /// <param name="connection">Connection with its transaction.</param>
    /// <param name="people">The persons until now.</param>
    /// <param name="view">What was committed when the rows were read, as a <c>pg_snapshot</c>.</param>
    /// <param name="linksChanged">Whether links have changed.</param>
    /// <param name="cancellation">Cancels the queries.</param>
    public static async Task<CurrentPeople> UpdateAsync(
        NpgsqlConnection connection, CurrentPeople people, string view, bool linksChanged, CancellationToken cancellation)
    {
        var erased = await ReadErasedAsync(connection, people, view, cancellation);
        var links = linksChanged ? await ReadLinksAsync(connection, people.Users, erased, cancellation) : people.Links;
        return new CurrentPeople(people.Users, erased, links, await ReadOptedOutAsync(connection, cancellation));
    }

    /// <summary>Adds the rows of users who have been erased since the rows were read; those of users who were erased before belong to new users.</summary>
    private static async Task<BitArray?> ReadErasedAsync(
        NpgsqlConnection connection, CurrentPeople people, string view, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(
            "SELECT user_id FROM erasures WHERE removed_by IS NOT NULL AND NOT pg_visible_in_snapshot(removed_by, $1::text::pg_snapshot)", connection);
        query.Parameters.AddWithValue(view);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var erased = people.Erased is { } known ? new BitArray(known) : null;
        while (await reader.ReadAsync(cancellation))
            if (people.Users.Ids.Find(reader.GetString(0)) is { } row) (erased ??= new BitArray(people.Users.Count))[row] = true;
        return erased;
    }

    private static async Task<LinkedIds> ReadLinksAsync(
        NpgsqlConnection connection, AssignedUsers users, BitArray? erased, CancellationToken cancellation)
    {
        var links = new LinkedIds(id => CurrentPeople.RowOf(users, erased, id));
        await using var reader = await CopyReader.BeginAsync(connection, "SELECT user_id, alias FROM user_links ORDER BY user_id, alias", cancellation);
        string? person = null;
        var aliases = new List<string>();
        while (await reader.ReadRowAsync(cancellation))
        {
            string user = reader.SharedText();
            if (user != person) AddPerson();
            person = user;
            aliases.Add(reader.Text());
        }

        AddPerson();
        return links;

        void AddPerson()
        {
            if (person is not null) links.Add(person, aliases);
            aliases.Clear();
        }
    }

    private static async Task<HashSet<string>> ReadOptedOutAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand($"""
            WITH persons (person) AS {PersonSql.OptedOutSql}
            SELECT person FROM persons UNION SELECT alias FROM user_links JOIN persons ON user_id = person
            """, connection);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var ids = new HashSet<string>();
        while (await reader.ReadAsync(cancellation)) ids.Add(reader.GetString(0));
        return ids;
    }
}
